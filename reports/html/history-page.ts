/** Many runs as one page: each metric over time with its intervals, and a line where its level changed. */
import { countOf, formatMeasure, formatNumber } from '../app/format.js';
import type { HistoryData, HistorySeries } from '../history-data.ts';
import { conclusionSigns } from '../comparison-signs.ts';
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
      : `${countOf(changed.length, 'metric')} of ${formatNumber(data.series.length)} changed level over ${countOf(data.runs.length, 'run')}: ${newestTurns(changed)}.`;
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

/** How many went which way when they last changed, what needs a look first. */
function newestTurns(changed: readonly HistorySeries[]): string {
  const turns = changed.map((series) => turnOf(series, series.changes.at(-1)!));
  return TURNS.map((turn) => ({ turn, count: turns.filter((each) => each === turn).length }))
    .filter(({ count }) => count > 0)
    .map(({ turn, count }) => `${formatNumber(count)} ${conclusionSigns[turn].word}`)
    .join(', ');
}

type Change = HistorySeries['changes'][number];

const TURNS = ['worse', 'different', 'better'] as const;

function turnOf({ better }: HistorySeries, { before, after }: Change): (typeof TURNS)[number] {
  if (better === 'neither') return 'different';
  return after > before === (better === 'higher') ? 'better' : 'worse';
}

function seriesBlock(data: HistoryData, series: HistorySeries): Html {
  const { name, better, unit, points, changes, leftOut, withoutValue } = series;
  const last = points.at(-1)!;
  const shown = formatMeasure(last);
  const direction = better === 'neither' ? '' : `${better} is better`;
  return html`<div class="task trend">
    <h3>${breakable(name)}</h3>
    <p class="facts">
      ${[`newest ${shown.value} ${shown.interval}`, direction, unit, leftOut > 0 && `${countOf(leftOut, 'run')} left out: computed otherwise or on other data`, withoutValue > 0 && `${countOf(withoutValue, 'run')} without a value`].filter(Boolean).join(' · ')}
    </p>
    ${seriesPlot(series, data.runs)}
    ${changes.map((change) => html`<p>${changeInWords(data, series, change)}</p>`)}
  </div> `;
}

function changeInWords({ runs }: HistoryData, series: HistorySeries, change: Change): string {
  const { at, before, after } = change;
  const run = runs[series.points[at]!.run]!;
  const { sign, word } = conclusionSigns[turnOf(series, change)];
  const shown = formatMeasure({ value: after, baseline: before });
  return `${sign} ${word}: ${shown.baseline} → ${shown.value} from ${run.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${run.id} (${run.model})`;
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
