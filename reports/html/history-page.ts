/** Many runs as one page: each metric over time with its intervals, and a line where its level changed. */
import { countOf, formatMeasure, formatNumber } from '../app/format.js';
import type { HistoryData, HistorySeries } from '../history-data.ts';
import { signs } from '../signs.ts';
import { type Html, breakable, html } from './html.ts';
import { pageFrame } from './page-frame.ts';
import { seriesPlot } from './series-plot.ts';

/** The history as one HTML document. Pure: equal data give equal bytes. */
export function renderHistory(data: HistoryData): string {
  const changed = data.series.filter(({ changes }) => changes.length > 0);
  const sentence =
    changed.length === 0
      ? `No change of level in ${countOf(data.series.length, 'metric')} over ${countOf(data.runs.length, 'run')}.`
      : `${countOf(changed.length, 'metric')} of ${formatNumber(data.series.length)} changed level over ${countOf(data.runs.length, 'run')}.`;
  return pageFrame({
    title: `History: ${sentence}`,
    content: html`<main>
      <header>
        <p class="subject">${data.dir}</p>
        <h1 id="verdict"><span>${sentence}</span></h1>
        <p class="facts">
          A change is marked where the level of a metric moved by more than its sampling error and its
          run-to-run noise explain; fewer than 5 of 100 series without any change get a mark. The newest run
          alone is no level yet: compare it with harness compare.
        </p>
      </header>
      <nav aria-label="Contents"><a href="#metrics">Metrics</a> <a href="#runs">Runs</a></nav>
      <section aria-labelledby="metrics">
        <h2 id="metrics">Metrics</h2>
        ${[...changed, ...data.series.filter(({ changes }) => changes.length === 0)].map((series) => seriesBlock(data, series))}
      </section>
      ${runSection(data)}
    </main>`,
    archive: null,
  });
}

function seriesBlock(data: HistoryData, series: HistorySeries): Html {
  const { name, better, unit, points, changes, leftOut } = series;
  const last = points.at(-1)!;
  const shown = formatMeasure(last);
  const direction = better === 'neither' ? '' : `${better} is better`;
  return html`<div class="task trend">
    <h3>${breakable(name)}</h3>
    <p class="facts">
      ${[`newest ${shown.value} ${shown.interval}`, direction, unit, leftOut > 0 && `${countOf(leftOut, 'run')} left out: computed otherwise or on other data`].filter(Boolean).join(' · ')}
    </p>
    ${seriesPlot(series)} ${changes.map((change) => html`<p>${changeInWords(data, series, change)}</p>`)}
  </div> `;
}

function changeInWords(
  { runs }: HistoryData,
  { points, better }: HistorySeries,
  { at, before, after }: HistorySeries['changes'][number],
): string {
  const run = runs[points[at]!.run]!;
  const turn = better === 'neither' ? '≠' : after > before === (better === 'higher') ? '▲ better' : '▼ worse';
  const shown = formatMeasure({ value: after, baseline: before });
  return `${turn}: ${shown.baseline} → ${shown.value} from ${run.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${run.id} (${run.model})`;
}

function runSection({ runs, passedOver }: HistoryData): Html {
  return html`<section aria-labelledby="runs">
    <h2 id="runs">Runs</h2>
    <dl class="pairs">
      ${runs.toReversed().map(
        ({ id, model, outcome, sentence }) =>
          html`<div>
            <dt>${id}, ${model}</dt>
            <dd>${signs[outcome].sign} ${sentence.replace(/^[✓✕?–]\s+/, '')}</dd>
          </div> `,
      )}
      ${passedOver.map(
        ({ name, reason }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>– passed over: ${reason}</dd>
          </div> `,
      )}
    </dl>
  </section>`;
}
