/** How often procedures err that take more than one world: Holm's of several gates, two looks, the resampling of corpus scores. */
import { holm } from '../../harness/stats/multiplicity.ts';
import { pairedBootstrap } from '../../harness/stats/corpus-comparison.ts';
import { twoLooks, type Spending } from '../../harness/stats/sequential.ts';
import type { Looks } from '../../reports/report-data.ts';
import { ALPHA, byJudge, testPairs } from './calibration-bench.ts';
import type { Rate } from './calibration-runs.ts';
import { clustersOf, drawPairs, Normals } from './calibration-draws.ts';
import type { World } from './calibration-worlds.ts';

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
 *  promoted at either look, by `judge` with declared looks, and by the test at alpha each time. The samples are independent. */
export function simulateTwoLooks(
  world: World,
  { runs, seed, first, margin, spending }: TwoLooksPlan,
): { readonly promoted: Rate; readonly naive: Rate } {
  const clusters = clustersOf(world.n, world.grouping);
  const pairs = { values: new Float64Array(world.n), baseline: new Float64Array(world.n), clusters };
  const part = {
    values: pairs.values.subarray(0, first),
    baseline: pairs.baseline.subarray(0, first),
    clusters: clusters.slice(0, first),
  };
  const [early, late] = twoLooks(
    ALPHA,
    first / world.n,
    spending === 'judge' ? 'obrien-fleming' : spending,
  ).alphas;
  const looksAt = (look: 1 | 2): Looks => ({
    look,
    spending: 'obrien-fleming',
    first: { limit: first, repeats: 1 },
    second: { limit: world.n, repeats: 1 },
    parts: [{ task: 'quality/facts', tag: null, first, second: world.n, fraction: first / world.n }],
  });
  const judged =
    spending === 'judge'
      ? [byJudge(world, { margin }, part, looksAt(1)), byJudge(world, { margin }, pairs, looksAt(2))]
      : null;
  const normals = new Normals(seed);
  let [promoted, naive] = [0, 0];
  for (let run = 0; run < runs; run++) {
    drawPairs(normals, world.family, world.grouping, world.pairCorrelation, margin, clusters, pairs);
    const atFirst = testPairs(world, margin, part).pNotWorse;
    const atSecond = testPairs(world, margin, pairs).pNotWorse;
    const passes = judged
      ? judged.some((decide) => decide().outcome === 'pass')
      : atFirst <= early || atSecond <= late;
    if (passes) promoted++;
    if (atFirst <= ALPHA || atSecond <= ALPHA) naive++;
  }
  return { promoted: { hits: promoted, runs }, naive: { hits: naive, runs } };
}

export interface TwoLooksPlan {
  readonly runs: number;
  readonly seed: number;
  readonly first: number;
  readonly margin: number;
  /** `judge`: from records through the whole verdict, which spends as O'Brien and Fleming do. */
  readonly spending: Spending | 'judge';
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
