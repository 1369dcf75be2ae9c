/** The gates as one table: what was asked, what came out with its interval, a picture, the outcome in words. */
import { formatHash } from '../app/sample-query.js';
import { countOf, formatNumber, formatTick } from '../app/format.js';
import { formatGate, lineOf } from '../gate-numbers.ts';
import { specOf } from '../metric-names.ts';
import type { GateResult, ReportData } from '../report-data.ts';
import { byUrgency, signs } from '../signs.ts';
import { isWorseHigh } from '../worst-samples.ts';
import { type Html, breakable, html } from './html.ts';
import { intervalPlot } from './interval-plot.ts';
import { axisKind } from './metric-scale.ts';
import { tableHead } from './table-head.ts';

const HEADERS = ['Outcome', 'Metric', 'Rule', 'Value [95% interval]', 'n', 'On its axis', 'Reason'];

const NUMBERS: ReadonlySet<string> = new Set(['Value [95% interval]', 'n']);

/** Gates that do not apply are counted, and folded: they say nothing of the model. */
export function gateSection(data: ReportData): Html {
  const { gates } = data.verdict;
  const isApplicable = ({ outcome }: GateResult): boolean => outcome !== 'not-applicable';
  const applicable = byUrgency(gates.filter(isApplicable));
  const others = gates.filter((gate) => !isApplicable(gate));
  return html`<section aria-labelledby="gates">
    <h2 id="gates">Gates</h2>
    ${
      gates.length === 0
        ? html`<p>No gate was judged.</p>`
        : html`${applicable.length > 0 && gateTable(data, applicable)}
            ${
              others.length > 0 &&
              html`<details class="groups not-applying">
                <summary>${countOf(others.length, 'gate')} not applicable</summary>
                ${gateTable(data, others)}
              </details>`
            }
            <p class="legend">
              <span class="key-dot"></span> value and 95% interval <span class="key-line"></span> threshold
              <span class="key-hollow"></span> baseline. Of a comparison, the interval is that of the
              difference, laid on the baseline. “Detects”: the smallest difference the gate sees with power
              0.8.
            </p>`
    }
  </section>`;
}

function gateTable(data: ReportData, gates: readonly GateResult[]): Html {
  return html`<table class="gates" role="table">
    ${tableHead(HEADERS, NUMBERS)}
    <tbody role="rowgroup">
      ${gates.map((gate) => gateRow(data, gate))}
    </tbody>
  </table>`;
}

function gateRow(data: ReportData, gate: GateResult): Html {
  const { sign, word } = signs[gate.outcome];
  const shown = formatGate(data, gate);
  return html`<tr role="row" class="${gate.outcome}">
    <td role="cell" class="outcome"><span class="sign" aria-hidden="true">${sign}</span> ${word}</td>
    <th role="rowheader" scope="row" class="metric">${metricLink(data, gate)}</th>
    <td role="cell" class="rule">${gate.rule}</td>
    <td role="cell" class="number value">
      ${shown.value}
      <span class="interval">${shown.interval}</span
      >${gate.alpha !== undefined && !isUsual(gate.alpha) && html`<small>at ${formatTick(Number((100 - 200 * gate.alpha).toPrecision(5)))}%</small>`}${gate.baseline !== null && html`<small>baseline ${shown.baseline}</small>`}${gate.mde !== null && html`<small>detects ${formatTick(Number(gate.mde.toPrecision(2)))}</small>`}
    </td>
    <td role="cell" class="number n">${formatNumber(gate.n)}</td>
    <td role="cell" class="picture">${picture(data, gate)}</td>
    <td role="cell" class="reason">${gate.reason}</td>
  </tr> `;
}

/** To the samples the metric is made of, worst first. */
function metricLink(data: ReportData, gate: GateResult): Html {
  const found = specOf(data, gate.metric);
  if (!found) return breakable(gate.metric);
  const { task, spec } = found;
  const hash = formatHash({
    scope: `${task.suite}/${task.task}`,
    tag: spec.tag ?? '',
    sort: spec.score,
    descending: isWorseHigh(spec, gate),
  });
  return html`<a href="${hash}" title="Show its samples, worst first">${breakable(gate.metric)}</a>`;
}

function picture(data: ReportData, gate: GateResult): Html | null {
  const { value, low, high, baseline } = gate;
  if (value === null) return null;
  const threshold = lineOf(data, gate);
  const line = threshold === null ? null : { at: threshold, name: 'threshold' };
  return intervalPlot({ value, low, high, line, baseline, axis: axisKind(data, gate.metric) });
}

/** Whether the interval is the one of 95% that the header names. */
function isUsual(alpha: number): boolean {
  return Math.abs(alpha - 0.025) < 1e-9;
}
