/** The first screen: the verdict as a sentence, what was judged, what stands in the way of believing it. */
import { countOf, formatDuration, formatNumber } from '../app/format.js';
import type { GateOutcome, ReportData } from '../report-data.ts';
import { errorsByClass } from '../not-evaluated.ts';
import { overlapInWords } from '../training-overlap.ts';
import { byUrgency, signs } from '../signs.ts';
import { type Html, html } from './html.ts';

export function verdictSection(data: ReportData): Html {
  const { run, verdict } = data;
  const { sign } = signs[verdict.outcome];
  return html`<header>
    <p class="subject">
      <b>${run.model.reference}</b>${run.baseline && html` against <b>${run.baseline.reference}</b>`}
    </p>
    <h1 id="verdict" class="${verdict.outcome}">
      <span class="sign" aria-hidden="true">${sign}</span> <span>${withoutSign(verdict.sentence)}</span>
    </h1>
    <p class="counts">${gateCounts(data)}</p>
    ${warnings(data)}
    <p class="facts">${facts(data)}</p>
  </header>`;
}

/** The terminal's first line carries the sign in the sentence; here it stands before it. */
function withoutSign(sentence: string): string {
  return sentence.replace(/^[✓✕?–]\s+/, '');
}

function gateCounts({ verdict }: ReportData): Html[] {
  const outcomes = byUrgency(
    Object.entries(verdict.counts).map(([outcome, count]) => ({ outcome: outcome as GateOutcome, count })),
  );
  return outcomes
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => {
      const { sign, word } = signs[outcome];
      return html`<span class="${outcome}"
        ><span class="sign" aria-hidden="true">${sign}</span> ${count}
        ${count === 1 ? word : plural(word)}</span
      > `;
    });
}

function plural(word: string): string {
  return { fails: 'fail', passes: 'pass' }[word] ?? word;
}

function warnings({ run, contradiction }: ReportData): (Html | false)[] {
  return [
    contradiction !== undefined &&
      html`<p class="warning">
        <b>Changed after it was judged.</b> The files of this run do not say what follows from its samples:
        ${contradiction}. Shown is what follows.
      </p>`,
    run.limit !== null &&
      html`<p class="warning">
        <b>Cannot be promoted.</b> This run was limited to ${countOf(run.limit, 'sample')} a task.
      </p>`,
    run.trainingOverlap !== undefined &&
      run.trainingOverlap.contaminated > 0 &&
      html`<p class="warning">
        <b>Contaminated.</b> ${overlapInWords(run.trainingOverlap)}; what they measure is memory.
      </p>`,
    run.status !== 'complete' &&
      html`<p class="warning">
        <b>Not complete.</b> This run is ${run.status}; the numbers below are of the samples it had.
      </p>`,
    run.model.kind === 'http' &&
      html`<p class="warning">
        <b>Cannot be promoted.</b> The model was judged over HTTP: its weights cannot be seen.
      </p>`,
  ];
}

function facts({ run, samples, verdict }: ReportData): string {
  const errors = samples.filter(({ error }) => error !== null).length;
  const classes = verdict.errors && errorsByClass(verdict.errors);
  const tookMs = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : null;
  return [
    `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    tookMs !== null && formatDuration(tookMs),
    countOf(samples.length, 'sample'),
    `${countOf(errors, 'error')}${classes ? ` (${classes})` : ''}`,
    run.looks && lookOf(run.looks),
    `seed ${run.seed}`,
    run.model.parameterCount !== null && `${formatNumber(run.model.parameterCount)} parameters`,
    `${run.model.device}, ${run.model.dtype}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function lookOf({ look, first, second, spending }: NonNullable<ReportData['run']['looks']>): string {
  const size = ({ limit, repeats }: typeof first): string =>
    `${limit === null ? 'all samples' : `${limit} samples a task`}${repeats > 1 ? `, ${repeats} times` : ''}`;
  return `${look === 1 ? 'first' : 'second'} of two looks (${size(first)}, then ${size(second)}; alpha split by ${spending})`;
}
