/** Of a task: each metric by the tags of its samples, so that a mean hides no group. */
import { countOf, formatMeasure, formatNumber } from '../app/format.js';
import { formatHash } from '../app/sample-query.js';
import type { GroupRow, ReportData, RunTask } from '../report-data.ts';
import { type Html, breakable, html } from './html.ts';
import { intervalPlot } from './interval-plot.ts';
import { axisKind } from './metric-scale.ts';

export function groupTable(data: ReportData, task: RunTask): Html | null {
  const rows = (data.groups ?? []).filter((row) => row.suite === task.suite && row.task === task.task);
  if (rows.length === 0) return null;
  const tags = new Set(rows.map(({ tag }) => tag)).size;
  return html`<details class="groups">
    <summary>By group: ${countOf(tags, 'tag')}</summary>
    <table class="metrics" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Metric, tag</th>
          <th role="columnheader" scope="col">Value [95% interval]</th>
          <th role="columnheader" scope="col">On its axis, all samples a line</th>
          <th role="columnheader" scope="col" class="number">n</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((row) => groupRow(data, row))}
      </tbody>
    </table>
    <p class="legend">Each interval is one of 95%: of twenty groups about one lies beside by chance alone.</p>
  </details>`;
}

function groupRow(data: ReportData, row: GroupRow): Html {
  const { suite, task, metric, tag, value, low, high, n } = row;
  const whole =
    data.metrics.metrics.find((each) => each.suite === suite && each.task === task && each.metric === metric)
      ?.value ?? null;
  const shown = formatMeasure({ value, low, high, baseline: row.baseline });
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="metric">
      ${breakable(metric)}, <a href="${formatHash({ scope: `${suite}/${task}`, tag })}">${tag}</a>
    </th>
    <td role="cell" class="number value">
      ${shown.value}
      <span class="interval">${shown.interval}</span
      >${row.baseline !== null && html`<small>baseline ${shown.baseline}</small>`}
    </td>
    <td role="cell" class="picture">
      ${intervalPlot({ value, low, high, line: whole === null ? null : { at: whole, name: 'all samples' }, baseline: row.baseline, axis: axisKind(data, `${suite}/${task}.${metric}`) })}
    </td>
    <td role="cell" class="number n">${formatNumber(n)}</td>
  </tr> `;
}
