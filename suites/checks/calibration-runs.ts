/** How often one gate errs: runs of synthetic models with known truth. Knows nothing of tables. */
import { bench, type By } from './calibration-bench.ts';
import { plainMargin, plannedDistance, plannedMargin } from './calibration-plan.ts';
import { drawPairs, momentsOf, Normals } from './calibration-draws.ts';
import type { World } from './calibration-worlds.ts';

/** A share of runs, and how many there were. */
export interface Rate {
  readonly hits: number;
  readonly runs: number;
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
  const { family, grouping } = world;
  const moments = momentsOf(world, 'scores');
  const distance = plannedDistance(world, moments);
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
