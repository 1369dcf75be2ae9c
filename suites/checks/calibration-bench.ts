/** What decides in a simulated run: `judge` itself from records, as a run folder is, or the functions that it calls. */
import { judge, type JudgeInput } from '../../harness/gates/judge.ts';
import { groupByCluster, mean } from '../../harness/stats/interval.ts';
import { meanInterval } from '../../harness/stats/mean.ts';
import { pairedDifference, type PairedDifference } from '../../harness/stats/paired.ts';
import { proportionInterval } from '../../harness/stats/proportion.ts';
import { pWithUnseen } from '../../harness/stats/unseen.ts';
import type { GateOutcome, Looks } from '../../reports/report-data.ts';
import { gates, record, spec, task } from '../unit/harness/gates/records.ts';
import { clustersOf, type Pairs } from './calibration-draws.ts';
import type { World } from './calibration-worlds.ts';

/** By `judge` from records, as a run folder is; or by the functions of harness/stats that it calls, several times as
 *  fast. calibration.spec.ts holds the two alike, run by run. */
export type By = 'judge' | 'functions';

interface Outcome {
  readonly outcome: GateOutcome;
  /** Of the difference, or of the mean. */
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

interface Bench extends Pairs {
  readonly clusters: readonly number[];
  readonly decide: () => Outcome;
}

const CONFIDENCE = 0.95;
export const ALPHA = 0.025;

/** Scores to be filled in, and the gate that decides on them.
 *  @param gate margin of a comparison with the baseline, or threshold of the mean */
export function bench(world: World, gate: { margin: number } | { atLeast: number }, by: By): Bench {
  const clusters = clustersOf(world.n, world.grouping);
  const values = new Float64Array(world.n);
  const baseline = new Float64Array(world.n);
  const pairs = { values, baseline, clusters };
  return {
    ...pairs,
    decide:
      by === 'judge'
        ? byJudge(world, gate, pairs)
        : 'margin' in gate
          ? () => comparePairs(world, gate.margin, pairs)
          : () => compareMean(world, gate.atLeast, pairs),
  };
}

export type Filled = Pairs & { readonly clusters: readonly number[] };

/** @param looks of the task `quality/facts` */
export function byJudge(
  { family }: World,
  gate: { margin: number } | { atLeast: number },
  { values, baseline, clusters }: Filled,
  looks?: Looks,
): () => Outcome {
  const n = values.length;
  const paired = 'margin' in gate;
  const rule = paired ? `notWorseThan: baseline, margin: ${gate.margin}` : `atLeast: ${gate.atLeast}`;
  // Of the records only the scores change from run to run.
  const scores = Array.from({ length: n }, () => ({ x: 0 }));
  const baselineScores = Array.from({ length: n }, () => ({ x: 0 }));
  const recordsOf = (of: readonly { x: number }[]) =>
    of.map((each, i) => record(i, { scores: each, cluster: `c${clusters[i]!}` }));
  const input: JudgeInput = {
    gates: gates(`quality/facts.x, ${rule}`),
    tasks: [task(n, [spec('x', 'mean', { range: family.range })])],
    samples: recordsOf(scores),
    baselineSamples: paired ? recordsOf(baselineScores) : null,
    baselineRequested: paired,
    limit: null,
    ...(looks && { looks }),
  };
  return () => {
    for (let i = 0; i < n; i++) {
      scores[i]!.x = values[i]!;
      baselineScores[i]!.x = baseline[i]!;
    }
    const { outcome, value, low, high, baseline: zero } = judge(input).verdict.gates[0]!;
    const from = paired ? zero! : 0;
    return {
      outcome,
      value: value! - from,
      low: low === null ? null : low - from,
      high: high === null ? null : high - from,
    };
  };
}

/** Names of clusters; none where every sample is its own, which is the same and faster. */
function namesOf(clusters: readonly number[]): { readonly clusters?: readonly string[] } {
  return clusters.at(-1) === clusters.length - 1 ? {} : { clusters: clusters.map(String) };
}

/** The test of harness/gates/regression.ts. */
export function testPairs(
  { family }: World,
  margin: number,
  { values, baseline, clusters }: Filled,
): PairedDifference {
  return pairedDifference([...values], [...baseline], {
    ...namesOf(clusters),
    confidence: CONFIDENCE,
    margin,
    skewCorrection: true,
    ...(family.range ? { scale: family.range[1] - family.range[0] } : {}),
  })!;
}

function comparePairs(world: World, margin: number, filled: Filled): Outcome {
  const { value, low, high, pNotWorse, pWorse } = testPairs(world, margin, filled);
  return {
    outcome: pNotWorse <= ALPHA ? 'pass' : pWorse <= ALPHA ? 'fail' : 'inconclusive',
    value,
    low,
    high,
  };
}

/** As harness/gates/aggregate.ts and absolute.ts decide. */
function compareMean({ family }: World, threshold: number, { values, clusters }: Filled): Outcome {
  const scores = [...values];
  const options = { ...namesOf(clusters), confidence: CONFIDENCE };
  const interval = scores.every((score) => score === 0 || score === 1)
    ? proportionInterval(scores, options)
    : meanInterval(scores, {
        ...options,
        skewCorrection: true,
        range: family.range,
      });
  if (!interval) return { outcome: 'inconclusive', value: mean(scores), low: null, high: null };
  const { value, low, high } = interval;
  // Where no end of the scale is known nothing can have been missed there.
  const [floor, ceiling] = 'effectiveN' in interval || !family.range ? [Infinity, -Infinity] : family.range;
  const groups = groupByCluster(scores, options.clusters);
  const holds = (side: 1 | -1, worst: number): boolean =>
    !Number.isFinite(worst) || pWithUnseen(groups, { side, tested: threshold, worst }) <= ALPHA;
  return {
    outcome:
      low >= threshold && holds(1, floor)
        ? 'pass'
        : high < threshold && holds(-1, ceiling)
          ? 'fail'
          : 'inconclusive',
    value,
    low,
    high,
  };
}
