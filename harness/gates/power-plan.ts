/** What a gate will be able to tell with the samples it is planned to have, before any is spent. The spread of its
 *  scores is that of an earlier run, or an assumption that is named. Knows nothing of files. */
import type { MetricSpec, RunTask, SampleRecord } from '../../reports/report-data.ts';
import { clusterDegrees, clusteredStandardError } from '../stats/cluster.ts';
import { groupByCluster, mean, sum } from '../stats/interval.ts';
import type { DesignOptions } from '../stats/power-design.ts';
import { minimumDetectableEffectOfMean, sampleSizeOfMean } from '../stats/power-mean.ts';
import {
  minimumDetectableEffectOfPairs,
  sampleSizeOfPairs,
  type PairedDesign,
} from '../stats/power-pairs.ts';
import { detectableRate, sampleSizeOfProportion } from '../stats/power-proportion.ts';
import { observationsForBound } from '../stats/quantile.ts';
import { skewnessOf } from '../stats/skewness.ts';
import { varianceComponents } from '../stats/variance-components.ts';
import { quantileOf, summarize } from './aggregate.ts';
import { pair } from './evidence.ts';
import type { Gate, Tolerance } from './gates-file.ts';
import { ruleInWords } from './rule-in-words.ts';
import { count, say } from './words.ts';
import { scoreRange } from './score-range.ts';

/** The samples a metric will have. */
export interface PlannedSamples {
  readonly n: number;
  readonly clusters: number;
  /** Standard deviation of the clusters' sizes over their mean. */
  readonly clusterSizeVariation: number;
  /** Clusters of one size that know as much of the variance, over the clusters there are. */
  readonly independentShare: number;
}

/** What an earlier run shows of a metric. */
export interface Spread {
  readonly value: number;
  readonly deviation: number;
  readonly icc: number;
  /** Of the clusters' summed scores, and of their summed differences below: negative for a long tail of low ones. */
  readonly skewness: number;
  /** Bounds of its scores; null where there are none. */
  readonly range: readonly [low: number, high: number] | null;
  /** Of the differences from its baseline; null where it had none. */
  readonly pairs: {
    readonly deviation: number;
    readonly icc: number;
    readonly skewness: number;
    /** Σ S² / Σ |S| of the clusters' summed differences, over the size of a sample's cluster. */
    readonly size: number;
  } | null;
}

export interface PlannedGate {
  readonly metric: string;
  readonly rule: string;
  readonly kind: Gate['kind'];
  readonly n: number;
  readonly clusters: number;
  /** Of the scores, or of the differences of pairs; null where none is needed or known. */
  readonly deviation: number | null;
  readonly source: 'observed' | 'assumed' | null;
  /** Smallest distance from threshold or margin that is found with the wanted power; null where there is none. */
  readonly detects: number | null;
  /** Samples that the gate needs: a comparison, to pass a model as good as its baseline; a threshold, the observed value. */
  readonly needed: number | null;
  readonly note: string;
}

export interface PowerSettings {
  readonly confidence: number;
  readonly power: number;
  /** Correlation within clusters, in place of the observed or assumed one. */
  readonly icc: number | null;
  /** Standard deviation (of differences, for comparisons), in place of the observed or assumed one. */
  readonly deviation: number | null;
}

/** Where nothing is known: of pairs, one in ten differs by the whole scale; a mean's scores spread as far as they can;
 *  half of what varies lies between clusters. */
const DIFFERING = 0.1;
const ASSUMED_ICC = 0.5;

export function plannedSamples(clusters: readonly string[]): PlannedSamples {
  const sizes = groupByCluster(
    clusters.map(() => 0),
    clusters,
  ).map((group) => group.length);
  const size = mean(sizes);
  const variance = sum(sizes.map((each) => (each - size) ** 2)) / sizes.length;
  return {
    n: clusters.length,
    clusters: sizes.length,
    clusterSizeVariation: clusters.length === 0 ? 0 : Math.sqrt(variance) / size,
    independentShare: sizes.length < 2 ? 1 : (clusterDegrees(sizes) + 1) / sizes.length,
  };
}

/** The spread of a metric in records of an earlier run; null where they have too few scores. */
export function observedSpread(
  task: RunTask,
  spec: MetricSpec,
  records: readonly SampleRecord[],
  baselineRecords: readonly SampleRecord[],
): Spread | null {
  const summary = summarize(task, spec, records);
  if (summary.value === null || summary.scores.length < 2) return null;
  const baseline = summarize(task, spec, baselineRecords);
  const pairs = baselineRecords.length > 0 ? pair(summary, baseline, LENIENT) : null;
  return {
    value: summary.value,
    range: scoreRange(spec, summary.scores),
    ...spreadOf(
      summary.scores,
      summary.scored.map(({ cluster }) => cluster),
    ),
    pairs:
      pairs && 'values' in pairs ? pairedSpread(pairs.values, pairs.baselineValues, pairs.clusters) : null,
  };
}

/** A spread can be learnt from any pairs there are. */
const LENIENT: Tolerance = { maxErrorShare: 1, maxErrorShareOf: {}, maxUndefinedShare: 1 };

function pairedSpread(
  values: readonly number[],
  baselineValues: readonly number[],
  clusters: readonly string[],
): Spread['pairs'] {
  const differences = values.map((value, i) => value - baselineValues[i]!);
  if (differences.length < 2) return null;
  const groups = groupByCluster(differences, clusters);
  const sums = groups.map((group) => Math.abs(sum(group)));
  const clusterSize = sum(groups.map((group) => group.length ** 2)) / differences.length;
  const size = sum(sums) === 0 ? 1 : sum(sums.map((each) => each * each)) / sum(sums) / clusterSize;
  return { ...spreadOf(differences, clusters), size };
}

function spreadOf(
  values: readonly number[],
  clusters: readonly string[],
): { deviation: number; icc: number; skewness: number } {
  const { standardError } = clusteredStandardError(values.map((value) => [value]));
  return {
    deviation: standardError * Math.sqrt(values.length),
    icc: varianceComponents(values, clusters)?.icc ?? 0,
    skewness: skewnessOf(groupByCluster(values, clusters)).skewness,
  };
}

/** @param spread null where no earlier run shows it */
export function planGate(
  gate: Gate,
  spec: MetricSpec,
  samples: PlannedSamples,
  spread: Spread | null,
  settings: PowerSettings,
): PlannedGate {
  const base = { metric: gate.metric, rule: ruleInWords(gate), kind: gate.kind };
  const plan = planOf(gate, spec, samples, spread, settings);
  const { n, clusters } = samples;
  return { ...base, n, clusters, deviation: null, source: null, detects: null, needed: null, ...plan };
}

type Plan = Pick<PlannedGate, 'note'> &
  Partial<Pick<PlannedGate, 'deviation' | 'source' | 'detects' | 'needed'>>;

function planOf(
  gate: Gate,
  spec: MetricSpec,
  samples: PlannedSamples,
  spread: Spread | null,
  settings: PowerSettings,
): Plan {
  const { n } = samples;
  const { power, confidence } = settings;
  if (n === 0) return { note: 'has no sample' };
  if (gate.kind === 'always') {
    const rate = 1 - (1 - power) ** (1 / n);
    return { detects: rate, note: `sees a break that happens in ${say(rate * 100, 2)}% of cases` };
  }
  if (gate.kind === 'notWorseThan') return planComparison(gate.margin, spec, samples, spread, settings);
  const q = quantileOf(spec);
  if (q !== null) {
    const needed = observationsForBound(q, gate.kind === 'atLeast' ? 'low' : 'high', confidence);
    return { needed, note: n < needed ? 'too few for a bound at all' : 'enough for a bound' };
  }
  if (spec.aggregate === 'max' || spec.aggregate === 'sum') return { note: 'is compared directly' };
  if (spec.aggregate === 'proportion') return planRate(gate, samples, spread, settings);
  return planMean(gate, spec, samples, spread, settings);
}

function planComparison(
  margin: number,
  spec: MetricSpec,
  samples: PlannedSamples,
  spread: Spread | null,
  settings: PowerSettings,
): Plan {
  // Without scores, nothing says that a metric without a range lies in [0, 1].
  const named = spec.range ?? (spec.aggregate === 'proportion' ? ([0, 1] as const) : null);
  const range = spread ? spread.range : named;
  const scale = range ? range[1] - range[0] : null;
  const assumed = scale === null ? null : Math.sqrt(DIFFERING) * scale;
  const observed = spread?.pairs ?? null;
  const deviation = settings.deviation ?? observed?.deviation ?? assumed;
  if (deviation === null) return { note: 'its spread is unknown: name a run with --from' };
  const design: PairedDesign = {
    ...designOf(samples, observed?.icc ?? null, settings),
    margin,
    deviation,
    differenceSize: scale === null ? null : (observed?.size ?? scale),
    ...(scale !== null && { scale }),
    ...(observed && { skewness: spec.better === 'lower' ? -observed.skewness : observed.skewness }),
  };
  if (deviation === 0 && scale === null) return { note: 'all pairs were equal in that run' };
  const detects = minimumDetectableEffectOfPairs(samples.n, design);
  const needed = sampleSizeOfPairs(design)?.n ?? null;
  return {
    deviation,
    source: settings.deviation === null && observed ? 'observed' : 'assumed',
    detects: Number.isFinite(detects) ? detects : null,
    needed,
    note: noteOf(samples.n, needed, `to pass a model as good as its baseline`),
  };
}

type ThresholdGate = Gate & { readonly kind: 'atLeast' | 'atMost'; readonly threshold: number };

function planRate(
  { kind, threshold }: ThresholdGate,
  samples: PlannedSamples,
  spread: Spread | null,
  settings: PowerSettings,
): Plan {
  if (!(threshold > 0 && threshold < 1))
    return { note: `no sample shows a rate of exactly ${say(threshold)}` };
  const design = designOf(samples, spread?.icc ?? null, settings);
  const side = kind === 'atLeast' ? 'above' : 'below';
  const rate = detectableRate(threshold, samples.n, side, design);
  const right = spread !== null && (kind === 'atLeast' ? spread.value > threshold : spread.value < threshold);
  const needed = right ? (sampleSizeOfProportion(threshold, spread.value, design)?.n ?? null) : null;
  const passes = rate === null ? 'passes at no rate' : `passes a true rate of ${say(rate)}`;
  return {
    deviation: Math.sqrt(threshold * (1 - threshold)),
    source: spread ? 'observed' : 'assumed',
    detects: rate === null ? null : Math.abs(rate - threshold),
    needed,
    note: needed === null ? passes : `${passes}; ${noteOf(samples.n, needed, `at ${say(spread!.value)}`)}`,
  };
}

function planMean(
  { kind, threshold }: ThresholdGate,
  spec: MetricSpec,
  samples: PlannedSamples,
  spread: Spread | null,
  settings: PowerSettings,
): Plan {
  const range = spread?.range ?? spec.range;
  const most = range ? (range[1] - range[0]) / 2 : null;
  const seen = spread && spread.deviation > 0 ? spread.deviation : null;
  const deviation = settings.deviation ?? seen ?? most;
  if (deviation === null) return { note: 'its spread is unknown: name a run with --from' };
  const design: DesignOptions = {
    ...designOf(samples, spread?.icc ?? null, settings),
    hasBounds: Boolean(range),
    ...(range && { reach: Math.abs((spread?.value ?? threshold) - range[kind === 'atLeast' ? 0 : 1]) }),
    ...(spread && { skewness: kind === 'atLeast' ? spread.skewness : -spread.skewness }),
  };
  const detects = minimumDetectableEffectOfMean(deviation, samples.n, design);
  const right = spread !== null && (kind === 'atLeast' ? spread.value > threshold : spread.value < threshold);
  const needed = right
    ? (sampleSizeOfMean(Math.abs(spread.value - threshold), deviation, design)?.n ?? null)
    : null;
  const edge = kind === 'atLeast' ? threshold + detects : threshold - detects;
  const reached = Number.isFinite(detects) && (!range || (edge >= range[0] && edge <= range[1]));
  const passes = reached ? `passes a true value of ${say(edge)}` : 'passes at no value';
  return {
    deviation,
    source: settings.deviation === null && seen !== null ? 'observed' : 'assumed',
    detects: Number.isFinite(detects) ? detects : null,
    needed,
    note: needed === null ? passes : `${passes}; ${noteOf(samples.n, needed, `at ${say(spread!.value)}`)}`,
  };
}

function designOf(
  samples: PlannedSamples,
  observedIcc: number | null,
  settings: PowerSettings,
): DesignOptions {
  const { n, clusters, clusterSizeVariation, independentShare } = samples;
  return {
    confidence: settings.confidence,
    power: settings.power,
    clusterSize: n / clusters,
    clusterSizeVariation,
    independentShare,
    icc: n === clusters ? 0 : (settings.icc ?? observedIcc ?? ASSUMED_ICC),
  };
}

function noteOf(n: number, needed: number | null, what: string): string {
  if (needed === null) return `no practical number is enough ${what}`;
  return n >= needed ? `enough ${what}` : `${count(needed - n)} too few ${what}`;
}
