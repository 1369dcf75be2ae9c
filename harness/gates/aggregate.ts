/** From the records of a task to the rows of metrics.json. Pure: the same records give the same rows.
 *  Knows how a metric is aggregated; knows nothing of gates. */
import type { ErrorCounts, MetricRow, MetricSpec, RunTask, SampleRecord } from '../../reports/report-data.ts';
import { meanInterval } from '../stats/mean.ts';
import { proportionInterval } from '../stats/proportion.ts';
import { roganGladen } from '../stats/rogan-gladen.ts';
import { quantileInterval } from '../stats/quantile.ts';
import { countErrors, errorsInWords } from './error-classes.ts';
import { scoreRange } from './score-range.ts';

/** A metric with what the gates need beside its row. */
export interface Summary {
  readonly task: RunTask;
  readonly spec: MetricSpec;
  /** Records that the metric is about. */
  readonly records: readonly SampleRecord[];
  /** Records with a score, in the order of `scores`. */
  readonly scored: readonly SampleRecord[];
  readonly scores: readonly number[];
  readonly errors: number;
  readonly errorClasses: ErrorCounts;
  readonly undefinedCount: number;
  readonly clusters: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Why there is no value, or no interval where the aggregate should have one. */
  readonly reason: string | null;
  readonly standardError: number | null;
  readonly degreesOfFreedom: number | null;
  /** Of a proportion: independent samples that would say as much. */
  readonly effectiveN: number | null;
  /** By what factor the interval is wider because nothing is known of the tail (stats/tail.ts); 1 where it is not. */
  readonly tailStretch: number;
}

/** Rows of metrics.json, in the order of tasks and their metrics, with 95% intervals. */
export function aggregate(tasks: readonly RunTask[], samples: readonly SampleRecord[]): MetricRow[] {
  const byTask = groupByTask(samples);
  return tasks.flatMap((task) =>
    task.metrics.map((spec) => rowOf(summarize(task, spec, byTask.get(taskName(task)) ?? []))),
  );
}

export function taskName(task: { readonly suite: string; readonly task: string }): string {
  return `${task.suite}/${task.task}`;
}

/** Records by `suite/task`. */
export function groupByTask(samples: readonly SampleRecord[]): Map<string, SampleRecord[]> {
  const groups = new Map<string, SampleRecord[]>();
  for (const record of samples) {
    const name = taskName(record);
    const group = groups.get(name);
    if (group) group.push(record);
    else groups.set(name, [record]);
  }
  return groups;
}

/** The score of a record; null for an error, an undefined score, or none. A record with an error of its judge has the scores
 *  that need no judge. */
export function scoreOf(record: SampleRecord, spec: MetricSpec): number | null {
  const score = record.scores[spec.score];
  return typeof score === 'number' && Number.isFinite(score) ? score : null;
}

/** Whether the record has an error in place of the score. */
export function isErrorOf(record: SampleRecord, spec: MetricSpec): boolean {
  return record.error !== null && !Object.hasOwn(record.scores, spec.score);
}

/** One metric of one task. `records`: all of the task's. */
export function summarize(
  task: RunTask,
  spec: MetricSpec,
  records: readonly SampleRecord[],
  confidence?: number,
): Summary {
  const { tag } = spec;
  const tagged = tag === undefined ? records : records.filter((record) => record.tags.includes(tag));
  const relevant = spec.outOf === undefined ? tagged : tagged.flatMap((record) => observations(record, spec));
  const scored = relevant.filter((record) => scoreOf(record, spec) !== null);
  const scores = scored.map((record) => scoreOf(record, spec)!);
  const clusterNames = scored.map((record) => record.cluster);
  const failed = relevant.filter((record) => isErrorOf(record, spec));
  const errorClasses = countErrors(failed);
  const errors = failed.length;
  const counts = {
    task,
    spec,
    records: relevant,
    scored,
    scores,
    errors,
    errorClasses,
    undefinedCount: relevant.length - scored.length - errors,
    clusters: new Set(clusterNames).size,
  };
  if (scores.length === 0) return { ...counts, ...nothing, reason: whyNoScore(counts) };
  const options = { clusters: clusterNames, ...(confidence === undefined ? {} : { confidence }) };
  return { ...counts, ...nothing, ...estimate(spec, scores, options, counts.clusters) };
}

/** One record for each observation that a count is out of, in the cluster of the sample; the record itself where there is
 *  no count. Which of them succeeded does not matter: they are one cluster. */
function observations(record: SampleRecord, spec: MetricSpec): readonly SampleRecord[] {
  const total = record.scores[spec.outOf!];
  const successes = scoreOf(record, spec);
  const counts = [successes, total];
  if (!counts.every((count) => Number.isSafeInteger(count) && count! >= 0) || successes! > total!)
    return [record];
  return Array.from({ length: total! }, (_, at) => ({
    ...record,
    sampleId: `${record.sampleId}#${at + 1}`,
    scores: { ...record.scores, [spec.score]: at < successes! ? 1 : 0 },
  }));
}

const nothing = {
  value: null,
  low: null,
  high: null,
  reason: null,
  standardError: null,
  degreesOfFreedom: null,
  effectiveN: null,
  tailStretch: 1,
} as const;

type Estimate = Partial<
  Pick<
    Summary,
    'value' | 'low' | 'high' | 'reason' | 'standardError' | 'degreesOfFreedom' | 'effectiveN' | 'tailStretch'
  >
>;

interface EstimateOptions {
  readonly clusters: readonly string[];
  readonly confidence?: number;
}

function estimate(
  spec: MetricSpec,
  scores: readonly number[],
  options: EstimateOptions,
  clusters: number,
): Estimate {
  if (spec.aggregate === 'mean') return estimateMean(spec, scores, options, clusters);
  if (spec.aggregate === 'proportion') {
    const odd = scores.find((score) => score !== 0 && score !== 1);
    if (odd !== undefined) return { reason: `a proportion is of scores that are 0 or 1, but one is ${odd}` };
    const found = estimateProportion(scores, options);
    return spec.detector ? correct(found, spec.detector, options.confidence) : found;
  }
  const q = quantileOf(spec);
  if (q !== null) return estimateQuantile(q, spec, scores, options);
  if (spec.aggregate === 'max') return { value: scores.reduce((a, b) => Math.max(a, b)) };
  return { value: scores.reduce((a, b) => a + b) };
}

function estimateProportion(scores: readonly number[], options: EstimateOptions): Estimate {
  const { value, low, high, effectiveN } = proportionInterval(scores, options)!;
  return { value, low, high, effectiveN };
}

/** The true rate behind what a detector found, or why it cannot be told. */
function correct(
  { value, effectiveN }: Estimate,
  { sensitivity, specificity }: NonNullable<MetricSpec['detector']>,
  confidence?: number,
): Estimate {
  const apparent = { successes: value! * effectiveN!, trials: effectiveN! };
  const corrected = roganGladen(apparent, sensitivity, specificity, {
    ...(confidence !== undefined && { confidence }),
  });
  if ('reason' in corrected) return { reason: corrected.reason };
  return { value: corrected.value, low: corrected.low, high: corrected.high, effectiveN: effectiveN! };
}

function estimateQuantile(
  q: number,
  spec: MetricSpec,
  scores: readonly number[],
  options: EstimateOptions,
): Estimate {
  const { value, low, high } = quantileInterval(scores, q, options)!;
  const open = [...(low === null ? ['lower'] : []), ...(high === null ? ['upper'] : [])];
  if (open.length === 0) return { value, low, high };
  const reason = `${scores.length} samples are too few for the ${open.join(' and the ')} bound of a ${spec.aggregate}`;
  return { value, low, high, reason };
}

/** Beyond what rounding does: BLEU of a text with itself is 100.00000000000004. */
function isBeyond([low, high]: readonly [number, number], score: number): boolean {
  const slack = 1e-9 * (high - low);
  return score < low - slack || score > high + slack;
}

function estimateMean(
  spec: MetricSpec,
  scores: readonly number[],
  options: EstimateOptions,
  clusters: number,
): Estimate {
  const range = scoreRange(spec, scores);
  const odd = range === null ? undefined : scores.find((score) => isBeyond(range, score));
  if (odd !== undefined) return { reason: `the scale is ${range!.join(' to ')}, but one score is ${odd}` };
  // A mean of zeros and ones is a proportion, whatever it is called; unless its scale goes beyond them.
  const isUnitScale = range !== null && range[0] === 0 && range[1] === 1;
  if (isUnitScale && scores.every((score) => score === 0 || score === 1)) {
    return estimateProportion(scores, options);
  }
  const interval = meanInterval(scores, { ...options, skewCorrection: true, range });
  if (interval) {
    const { value, low, high, standardError, degreesOfFreedom, tailStretch } = interval;
    const [floor, ceiling] = range ?? [-Infinity, Infinity];
    return {
      value,
      low: Math.max(low, Math.min(floor, value)),
      high: Math.min(high, Math.max(ceiling, value)),
      standardError,
      degreesOfFreedom,
      tailStretch,
    };
  }
  const value = scores.reduce((a, b) => a + b) / scores.length;
  if (scores.length === 1) return { value, reason: 'one sample has no interval' };
  if (clusters === 1)
    return { value, reason: `all ${scores.length} samples are of one cluster: no interval` };
  return {
    value: scores[0]!,
    reason: `all ${scores.length} scores are equal, and on a scale without known bounds that gives no interval`,
  };
}

/** The quantile that an aggregate stands for; null for one that is none. */
export function quantileOf(spec: MetricSpec): number | null {
  return spec.aggregate === 'p50' ? 0.5 : spec.aggregate === 'p95' ? 0.95 : null;
}

function whyNoScore(counts: Pick<Summary, 'records' | 'errorClasses' | 'undefinedCount' | 'spec'>): string {
  const { records, errorClasses, undefinedCount, spec } = counts;
  if (records.length === 0) {
    return spec.tag === undefined ? 'there is no sample' : `no sample has the tag ${spec.tag}`;
  }
  if (undefinedCount === 0) {
    return `all ${records.length} samples are errors (${errorsInWords(errorClasses)})`;
  }
  const why = records.map((record) => record.reasons[spec.score]).find((reason) => reason !== undefined);
  return `the score is undefined for all ${undefinedCount} samples without error${why ? `: ${why}` : ''}`;
}

function rowOf(summary: Summary): MetricRow {
  const { task, spec } = summary;
  return {
    suite: task.suite,
    task: task.task,
    metric: spec.metric,
    value: summary.value,
    low: summary.low,
    high: summary.high,
    n: summary.scores.length,
    clusters: summary.clusters,
    errors: summary.errors,
    errorClasses: summary.errorClasses,
    undefinedCount: summary.undefinedCount,
    better: spec.better,
    unit: spec.unit ?? null,
    signature: spec.signature,
    reason: summary.reason,
  };
}
