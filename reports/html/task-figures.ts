/** Of a task: how its scores and its latencies are spread, and how well stated confidence is calibrated. */
import { formatDuration } from '../app/format.js';
import type { MetricSpec, ReportData, RunTask, SampleRecord } from '../report-data.ts';
import { type Html, html } from './html.ts';
import { histogram } from './histogram.ts';
import { lineChart } from './line-chart.ts';
import { axisKind } from './metric-scale.ts';

/** Points of a curve: more than a line of 320 pixels shows. */
const MAX_POINTS = 160;

export function taskFigures(data: ReportData, task: RunTask): Html | null {
  const isOurs = (sample: SampleRecord): boolean => sample.suite === task.suite && sample.task === task.task;
  const samples = data.samples.filter(isOurs);
  const baseline = data.baselineSamples?.filter(isOurs) ?? [];
  const figures = [
    ...distinctScores(task).map((spec) => scoreFigure(data, task, spec, samples, baseline)),
    ...latencyFigures(samples, baseline),
    calibrationFigure(data, task),
  ].filter((each) => each !== null);
  if (figures.length === 0) return null;
  return html`<div class="figures">${figures}</div>
    ${baseline.length > 0 && html`<p class="legend">Bars and full lines: the model. Dashes: the baseline.</p>`}`;
}

/** One spec a score that is no yes or no: of those the value says all. */
function distinctScores({ metrics }: RunTask): MetricSpec[] {
  const spread = metrics.filter(({ aggregate }) => aggregate !== 'proportion');
  return [...new Map(spread.map((spec) => [`${spec.score} ${spec.tag ?? ''}`, spec])).values()];
}

function figure(caption: string, picture: Html | null): Html | null {
  return picture === null
    ? null
    : html`<figure>
        ${picture}
        <figcaption>${caption}</figcaption>
      </figure> `;
}

function scoreFigure(
  data: ReportData,
  task: RunTask,
  spec: MetricSpec,
  samples: readonly SampleRecord[],
  baseline: readonly SampleRecord[],
): Html | null {
  const scoresOf = (records: readonly SampleRecord[]): number[] =>
    records
      .filter(({ tags, error }) => error === null && (spec.tag === undefined || tags.includes(spec.tag)))
      .flatMap(({ scores }) => scores[spec.score] ?? []);
  const caption = [spec.score, spec.tag, spec.unit].filter(Boolean).join(', ');
  return figure(
    caption,
    histogram({
      values: scoresOf(samples),
      baseline: baseline.length > 0 ? scoresOf(baseline) : null,
      axis: axisKind(data, `${task.suite}/${task.task}.${spec.metric}`),
      unit: spec.unit ?? null,
    }),
  );
}

function latenciesOf(records: readonly SampleRecord[]): number[] {
  return records.flatMap(({ timing }) => timing?.latencyMs ?? []).sort((a, b) => a - b);
}

/** How many of the answers had come after so long: the model's line, the baseline's dashed. */
function latencyFigures(
  samples: readonly SampleRecord[],
  baseline: readonly SampleRecord[],
): (Html | null)[] {
  const own = latenciesOf(samples);
  const before = latenciesOf(baseline);
  if (own.length < 10) return [];
  const at = (share: number): number => own[Math.ceil(share * own.length) - 1]!;
  const marks = [
    { at: at(0.5), name: 'p50' },
    { at: at(0.95), name: 'p95' },
  ];
  const words = marks.map(({ at: ms, name }) => `${name} ${formatDuration(ms)}`).join(', ');
  const lines = [
    { points: cumulative(own), kind: 'model' as const },
    ...(before.length > 0 ? [{ points: cumulative(before), kind: 'baseline' as const }] : []),
  ];
  return [
    figure('latency, ms', histogram({ values: own, baseline: before, axis: 'own', unit: 'ms' })),
    figure(
      `answers there after so many ms; ${words}`,
      lineChart({
        label: `Share of ${own.length} answers by latency: ${words}, longest ${formatDuration(own.at(-1)!)}`,
        lines,
        marks,
        y: { from: 0, to: 1 },
        xUnit: 'ms',
      }),
    ),
  ];
}

function cumulative(sorted: readonly number[]): [number, number][] {
  const step = Math.max(1, Math.ceil(sorted.length / MAX_POINTS));
  const points: [number, number][] = [];
  for (let i = 0; i < sorted.length; i += step) points.push([sorted[i]!, (i + 1) / sorted.length]);
  points.push([sorted.at(-1)!, 1]);
  return points;
}

/** Stated confidence against how often it was right: on the diagonal where the two agree. */
function calibrationFigure({ calibrations = [] }: ReportData, task: RunTask): Html | null {
  const found = calibrations.find((each) => each.suite === task.suite && each.task === task.task);
  if (!found) return null;
  const points = found.bins.map(({ confidence, accuracy }) => [confidence, accuracy] as const);
  const ece = found.error.toFixed(3);
  return figure(
    `right by stated confidence; expected calibration error ${ece}`,
    lineChart({
      label: `Calibration of ${found.n} answers: ${found.bins.map(({ confidence, accuracy, n }) => `confidence ${confidence.toFixed(2)} right ${accuracy.toFixed(2)} of ${n}`).join(', ')}; expected calibration error ${ece}`,
      lines: [
        {
          points: [
            [0, 0],
            [1, 1],
          ],
          kind: 'baseline',
        },
        { points, kind: 'model' },
      ],
      x: { from: 0, to: 1 },
      y: { from: 0, to: 1 },
    }),
  );
}
