/** Every metric of every task, by suite, with its interval, its baseline and what exactly was computed. */
import { countOf, formatMeasure, formatNumber } from '../app/format.js';
import { formatHash } from '../app/sample-query.js';
import { fullName } from '../metric-names.ts';
import { errorsByClass } from '../not-evaluated.ts';
import type { MetricRow, ReportData, RunTask } from '../report-data.ts';
import { type Html, breakable, html } from './html.ts';
import { groupTable } from './group-table.ts';
import { intervalPlot } from './interval-plot.ts';
import { axisKind } from './metric-scale.ts';
import { taskFigures } from './task-figures.ts';

const NUMBER_HEADERS = ['n', 'Errors', 'Undefined'];

export function taskSection(data: ReportData): Html {
  const suites = [...new Set(data.run.tasks.map(({ suite }) => suite))];
  return html`<section aria-labelledby="tasks">
    <h2 id="tasks">Tasks</h2>
    ${suites.map(
      (suite) =>
        html`<h3>${suite}</h3>
          ${data.run.tasks.filter((task) => task.suite === suite).map((task) => taskBlock(data, task))}`,
    )}
  </section>`;
}

function taskBlock(data: ReportData, task: RunTask): Html {
  const rows = data.metrics.metrics.filter((row) => row.suite === task.suite && row.task === task.task);
  const name = `${task.suite}/${task.task}`;
  return html`<div class="task">
    <h4>
      <a href="${formatHash({ scope: name })}" title="Show its samples">${task.title}</a>
      <small>${name}</small>
    </h4>
    <p>
      ${task.description}
      <small
        >${task.dataset.name}, ${countOf(task.dataset.size, 'sample')}; ${countOf(task.planned, 'record')}
        planned.</small
      >
    </p>
    ${
      rows.length === 0
        ? html`<p>No metric.</p>`
        : html`<table class="metrics" role="table">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">Metric</th>
                <th role="columnheader" scope="col">Value [95% interval]</th>
                <th role="columnheader" scope="col">On its axis</th>
                ${NUMBER_HEADERS.map((header) => html`<th role="columnheader" scope="col" class="number">${header}</th>`)}
                <th role="columnheader" scope="col">Signature</th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${rows.map((row) => metricRow(data, row))}
            </tbody>
          </table>`
    }
    ${taskFigures(data, task)} ${groupTable(data, task)}
  </div> `;
}

function metricRow(data: ReportData, row: MetricRow): Html {
  const baseline = data.metrics.baseline?.find((one) => fullName(one) === fullName(row))?.value ?? null;
  const shown = formatMeasure({ ...row, baseline });
  const clustered = row.clusters > 0 && row.clusters !== row.n;
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="metric">
      ${breakable(row.metric)}
      <small
        >${[row.better !== 'neither' && `${row.better} is better`, row.unit].filter(Boolean).join(', ')}</small
      >
    </th>
    <td role="cell" class="number value">
      ${shown.value}
      <span class="interval">${shown.interval}</span
      >${baseline !== null && html`<small>baseline ${shown.baseline}</small>`}
    </td>
    <td role="cell" class="picture">
      ${row.value !== null && intervalPlot({ value: row.value, low: row.low, high: row.high, line: null, baseline, axis: axisKind(data, fullName(row)) })}
    </td>
    <td role="cell" class="number n">
      ${formatNumber(row.n)}${clustered && html`<small>in ${countOf(row.clusters, 'cluster')}</small>`}
    </td>
    <td role="cell" class="number errors">
      <span class="label">errors</span
      >${formatNumber(row.errors)}${row.errors > 0 && row.errorClasses && html`<small>${errorsByClass(row.errorClasses)}</small>`}
    </td>
    <td role="cell" class="number undefined">
      <span class="label">undefined</span>${formatNumber(row.undefinedCount)}
    </td>
    <td role="cell" class="signature">
      ${breakable(row.signature)}${row.reason && html`<br />${row.reason}`}
    </td>
  </tr> `;
}
