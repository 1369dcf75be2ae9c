/** How often the verdict errs: runs of synthetic models with known truth, judged by `judge` itself from records, as a run
 *  folder is. Knows nothing of tables. */
import { judge, type JudgeInput } from '../../harness/gates/judge.ts';
import { clusterDegrees } from '../../harness/stats/cluster.ts';
import { mean, sum } from '../../harness/stats/interval.ts';
import { meanInterval } from '../../harness/stats/mean.ts';
import { pairedBootstrap } from '../../harness/stats/corpus-comparison.ts';
import { holm } from '../../harness/stats/multiplicity.ts';
import { pairedDifference, type PairedDifference } from '../../harness/stats/paired.ts';
import { twoLooks, type Spending } from '../../harness/stats/sequential.ts';
import {
  minimumDetectableEffectOfMean,
  sampleSizeOfMean,
  sampleSizeOfPairs,
  sampleSizeOfProportion,
} from '../../harness/stats/power.ts';
import { proportionInterval } from '../../harness/stats/proportion.ts';
import type { GateOutcome } from '../../reports/report-data.ts';
import { gates, record, spec, task } from '../unit/harness/gates/records.ts';
import {
  clustersOf,
  drawPairs,
  momentsOf,
  Normals,
  type Moments,
  type Pairs,
  type World,
} from './calibration-worlds.ts';

/** A share of runs, and how many there were. */
export interface Rate {
  readonly hits: number;
  readonly runs: number;
}

/** Largest share by which no planner's margin exceeds a score's own mean. */
const LARGEST_DROP = 0.9;

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
const ALPHA = 0.025;

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

type Filled = Pairs & { readonly clusters: readonly number[] };

function byJudge(
  { n, family }: World,
  gate: { margin: number } | { atLeast: number },
  { values, baseline, clusters }: Filled,
): () => Outcome {
  const paired = 'margin' in gate;
  const rule = paired ? `notWorseThan: baseline, margin: ${gate.margin}` : `atLeast: ${gate.atLeast}`;
  // Of the records only the scores change from run to run.
  const scores = Array.from({ length: n }, () => ({ x: 0 }));
  const baselineScores = Array.from({ length: n }, () => ({ x: 0 }));
  const recordsOf = (of: readonly { x: number }[]) =>
    of.map((each, i) => record(i, { scores: each, cluster: `c${clusters[i]!}` }));
  const input: JudgeInput = {
    gates: gates(`quality/facts.x, ${rule}`),
    tasks: [task(n, [spec('x', 'mean', family.range ? { range: family.range } : {})])],
    samples: recordsOf(scores),
    baselineSamples: paired ? recordsOf(baselineScores) : null,
    baselineRequested: paired,
    limit: null,
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
function testPairs(
  { family }: World,
  margin: number,
  { values, baseline, clusters }: Filled,
): PairedDifference {
  const range =
    family.range ??
    ([...values, ...baseline].every((score) => score >= 0 && score <= 1) ? ([0, 1] as const) : null);
  return pairedDifference([...values], [...baseline], {
    ...namesOf(clusters),
    confidence: CONFIDENCE,
    margin,
    skewCorrection: true,
    ...(range ? { scale: range[1] - range[0] } : {}),
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
        ...(family.range ? { range: family.range } : {}),
      });
  if (!interval) return { outcome: 'inconclusive', value: mean(scores), low: null, high: null };
  const { value, low, high } = interval;
  return {
    outcome: low >= threshold ? 'pass' : high < threshold ? 'fail' : 'inconclusive',
    value,
    low,
    high,
  };
}

function design(world: World, { icc, skewness }: Moments) {
  const sizes = clustersOf(world.n, world.grouping).reduce<number[]>((counts, cluster) => {
    counts[cluster] = (counts[cluster] ?? 0) + 1;
    return counts;
  }, []);
  const clusterSize = world.n / sizes.length;
  const spread = sum(sizes.map((size) => (size - clusterSize) ** 2)) / sizes.length;
  return {
    clusterSize,
    clusterSizeVariation: Math.sqrt(spread) / clusterSize,
    independentShare: (clusterDegrees(sizes) + 1) / sizes.length,
    icc,
    skewness,
  };
}

/** The smallest distance up to `most` that `n` samples are enough for, by our own sample sizes; null where there is none.
 *  Searched from below: what a bounded score needs does not fall all the way. */
function smallestDistance(most: number, n: number, needed: (distance: number) => number): number | null {
  const STEP = 1.15;
  let high = most / STEP ** 60;
  while (!(needed(high) <= n)) {
    if (high >= most) return null;
    high = Math.min(most, high * STEP);
  }
  let low = high / STEP;
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2;
    if (needed(middle) <= n) high = middle;
    else low = middle;
  }
  return high;
}

export interface PairedResult {
  readonly world: World;
  readonly clusters: number;
  /** The margin that `n` is enough for at power 0.8, if the model is as good as its baseline; where there is none, a plain t
   *  test's, and no power. */
  readonly margin: number;
  /** Worse by the margin: passed all the same; blocked although not beyond it. */
  readonly falsePromotion: Rate;
  readonly falseBlockAtMargin: Rate;
  /** As good as the baseline: blocked; passed. */
  readonly falseBlock: Rate;
  readonly power: Rate | null;
  /** The 95% interval of the difference holds it: worse by the margin, as good. */
  readonly coverageAtMargin: Rate;
  readonly coverage: Rate;
  /** Two means compared, with the margin: worse by it and passed. */
  readonly meansPromotion: Rate;
  /** Two means compared, as good as the baseline: blocked because the mean is lower. */
  readonly meansBlock: Rate;
}

/** The margin that a world's samples are planned for; null where they are too few for any. */
function plannedMargin(world: World, moments: Moments): number | null {
  const { family, n } = world;
  const options = design(world, moments);
  const differenceSize = family.range === null ? null : moments.size;
  const scale = family.range === null ? 1 : family.range[1] - family.range[0];
  const most = family.range === null ? 100 : LARGEST_DROP * family.mean;
  const needed = (margin: number): number =>
    sampleSizeOfPairs({ ...options, margin, deviation: moments.deviation, differenceSize, scale })?.n ??
    Infinity;
  return smallestDistance(most, n, needed);
}

/** What a plain t test would be planned for. */
function plainMargin(world: World, moments: Moments): number {
  const { skewness: _, ...options } = design(world, moments);
  return minimumDetectableEffectOfMean(moments.deviation, world.n, options);
}

/** Both truths of a world, `runs` times each. `margin`: another than the one that the sample is planned for. */
export function simulatePaired(
  world: World,
  { runs, seed, by, margin: given }: { runs: number; seed: number; by: By; margin?: number },
): PairedResult {
  const { family, grouping, pairCorrelation } = world;
  const moments = momentsOf(world, 'differences');
  const planned = given === undefined ? plannedMargin(world, moments) : null;
  const margin = given ?? planned ?? plainMargin(world, moments);
  const pairs = bench(world, { margin }, by);
  const normals = new Normals(seed);
  const hits = {
    promoted: 0,
    blockedAtMargin: 0,
    blocked: 0,
    passed: 0,
    coveredAtMargin: 0,
    covered: 0,
    meansPromoted: 0,
    meansBlocked: 0,
  };
  const run = (drop: number) => {
    drawPairs(normals, family, grouping, pairCorrelation, drop, pairs.clusters, pairs);
    const { outcome, value, low, high } = pairs.decide();
    return { outcome, value, covered: low !== null && high !== null && low <= -drop && -drop <= high };
  };
  for (let i = 0; i < runs; i++) {
    const worse = run(margin);
    if (worse.outcome === 'pass') hits.promoted++;
    if (worse.outcome === 'fail') hits.blockedAtMargin++;
    if (worse.covered) hits.coveredAtMargin++;
    if (worse.value >= -margin) hits.meansPromoted++;
    const same = run(0);
    if (same.outcome === 'pass') hits.passed++;
    if (same.outcome === 'fail') hits.blocked++;
    if (same.covered) hits.covered++;
    if (same.value < 0) hits.meansBlocked++;
  }
  const rate = (of: number): Rate => ({ hits: of, runs });
  return {
    world,
    clusters: pairs.clusters.at(-1)! + 1,
    margin,
    falsePromotion: rate(hits.promoted),
    falseBlockAtMargin: rate(hits.blockedAtMargin),
    falseBlock: rate(hits.blocked),
    power: planned === null ? null : rate(hits.passed),
    coverageAtMargin: rate(hits.coveredAtMargin),
    coverage: rate(hits.covered),
    meansPromotion: rate(hits.meansPromoted),
    meansBlock: rate(hits.meansBlocked),
  };
}

export interface AbsoluteResult {
  readonly world: World;
  readonly clusters: number;
  /** True mean − threshold that the samples are planned for. */
  readonly distance: number | null;
  /** Mean at the threshold: passed; failed. */
  readonly falsePass: Rate;
  readonly falseFail: Rate;
  /** Mean above it by the distance: passed. */
  readonly power: Rate | null;
  readonly coverage: Rate;
  /** The mean compared with the threshold, at it: passed. */
  readonly meanPass: Rate;
}

/** A gate `atLeast` with the threshold at the true mean, and below it by the planned distance. */
export function simulateAbsolute(
  world: World,
  { runs, seed, by }: { runs: number; seed: number; by: By },
): AbsoluteResult {
  const { family, grouping, n } = world;
  const moments = momentsOf(world, 'scores');
  const options = design(world, moments);
  const needed = (distance: number): number => {
    const size = family.isBinary
      ? sampleSizeOfProportion(family.mean - distance, family.mean, options)
      : sampleSizeOfMean(distance, moments.deviation, { ...options, hasBounds: family.range !== null });
    return size?.n ?? Infinity;
  };
  const distance = smallestDistance(LARGEST_DROP * family.mean, n, needed);
  const at = bench(world, { atLeast: family.mean }, by);
  const below = distance === null ? null : bench(world, { atLeast: family.mean - distance }, by);
  const normals = new Normals(seed);
  const hits = { passed: 0, failed: 0, found: 0, covered: 0, meanPassed: 0 };
  for (let i = 0; i < runs; i++) {
    drawPairs(normals, family, grouping, 0, 0, at.clusters, at);
    const { outcome, value, low, high } = at.decide();
    if (outcome === 'pass') hits.passed++;
    if (outcome === 'fail') hits.failed++;
    if (value >= family.mean) hits.meanPassed++;
    if (low !== null && high !== null && low <= family.mean && family.mean <= high) hits.covered++;
    if (below) {
      below.values.set(at.values);
      if (below.decide().outcome === 'pass') hits.found++;
    }
  }
  const rate = (of: number): Rate => ({ hits: of, runs });
  return {
    world,
    clusters: at.clusters.at(-1)! + 1,
    distance,
    falsePass: rate(hits.passed),
    falseFail: rate(hits.failed),
    power: below ? rate(hits.found) : null,
    coverage: rate(hits.covered),
    meanPass: rate(hits.meanPassed),
  };
}

/** Share of runs in which at least one of `gates` regression gates blocks, each of them exactly at its margin: all on the
 *  same samples, their scores correlated as those of one model are. */
export function simulateFamily(
  world: World,
  { runs, seed, gates: count, margin }: { runs: number; seed: number; gates: number; margin: number },
): { readonly blocked: Rate; readonly unadjusted: Rate } {
  const clusters = clustersOf(world.n, world.grouping);
  const pairs = { values: new Float64Array(world.n), baseline: new Float64Array(world.n), clusters };
  const normals = new Normals(seed);
  let [blocked, unadjusted] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const pWorse = Array.from({ length: count }, () => {
      drawPairs(normals, world.family, world.grouping, world.pairCorrelation, margin, clusters, pairs);
      return testPairs(world, margin, pairs).pWorse;
    });
    if (holm(pWorse).some((p) => p <= ALPHA)) blocked++;
    if (pWorse.some((p) => p <= ALPHA)) unadjusted++;
  }
  return { blocked: { hits: blocked, runs }, unadjusted: { hits: unadjusted, runs } };
}

/** A model worse by the margin, looked at when `first` of its samples are there and again when all are: how often it is
 *  promoted at either look, at the levels of `twoLooks` and at alpha each time. */
export function simulateTwoLooks(
  world: World,
  {
    runs,
    seed,
    first,
    margin,
    spending,
  }: { runs: number; seed: number; first: number; margin: number; spending: Spending },
): { readonly promoted: Rate; readonly naive: Rate } {
  const clusters = clustersOf(world.n, world.grouping);
  const pairs = { values: new Float64Array(world.n), baseline: new Float64Array(world.n), clusters };
  const [early, late] = twoLooks(ALPHA, first / world.n, spending).alphas;
  const normals = new Normals(seed);
  let [promoted, naive] = [0, 0];
  for (let run = 0; run < runs; run++) {
    drawPairs(normals, world.family, world.grouping, world.pairCorrelation, margin, clusters, pairs);
    const part = {
      values: pairs.values.subarray(0, first),
      baseline: pairs.baseline.subarray(0, first),
      clusters: clusters.slice(0, first),
    };
    const atFirst = testPairs(world, margin, part).pNotWorse;
    const atSecond = testPairs(world, margin, pairs).pNotWorse;
    if (atFirst <= early || atSecond <= late) promoted++;
    if (atFirst <= ALPHA || atSecond <= ALPHA) naive++;
  }
  return { promoted: { hits: promoted, runs }, naive: { hits: naive, runs } };
}

/** Corpus scores of two systems: sums of counts over segments of different length and difficulty, and the score of the
 *  expected sums as the truth. 100 · √(share of words · share of pairs of words), as BLEU of order 2 without penalty. */
export function simulateCorpus({
  n,
  runs,
  seed,
  draws,
}: {
  n: number;
  runs: number;
  seed: number;
  draws: number;
}): { readonly coverage: Rate; readonly falsePromotion: Rate; readonly meansPromotion: Rate } {
  const random = new Normals(seed);
  const score = ([words, wordTotal, couples, coupleTotal]: readonly number[]): number =>
    100 * Math.sqrt((words! / wordTotal!) * (couples! / coupleTotal!));
  const hits = (trials: number, rate: number): number => {
    let found = 0;
    for (let i = 0; i < trials; i++) if (random.random.random() < rate) found++;
    return found;
  };
  // Difficulty is uniform, so that the expected shares are those at its mean.
  const rates = { model: [0.58, 0.33], baseline: [0.6, 0.36] } as const;
  const truth =
    score([rates.model[0], 1, rates.model[1], 1]) - score([rates.baseline[0], 1, rates.baseline[1], 1]);
  const counts = { covered: 0, promoted: 0, means: 0 };
  for (let run = 0; run < runs; run++) {
    const segments = { model: [] as number[][], baseline: [] as number[][] };
    for (let i = 0; i < n; i++) {
      const length = 5 + random.random.below(25);
      const ease = 0.6 + 0.8 * random.random.random();
      for (const side of ['model', 'baseline'] as const) {
        const [words, couples] = rates[side];
        segments[side].push([
          hits(length, words * ease),
          length,
          hits(length - 1, couples * ease),
          length - 1,
        ]);
      }
    }
    const { low, high, difference } = pairedBootstrap(segments.model, segments.baseline, score, {
      seed: run,
      draws,
    })!;
    if (low <= truth && truth <= high) counts.covered++;
    if (low >= truth) counts.promoted++;
    if (difference >= truth) counts.means++;
  }
  const rate = (of: number): Rate => ({ hits: of, runs });
  return {
    coverage: rate(counts.covered),
    falsePromotion: rate(counts.promoted),
    meansPromotion: rate(counts.means),
  };
}
