/** What the samples of a simulated world are planned for, by our own sample sizes. */
import { clusterDegrees } from '../../harness/stats/cluster.ts';
import { sum } from '../../harness/stats/interval.ts';
import { minimumDetectableEffectOfMean, sampleSizeOfMean } from '../../harness/stats/power-mean.ts';
import { sampleSizeOfPairs } from '../../harness/stats/power-pairs.ts';
import { sampleSizeOfProportion } from '../../harness/stats/power-proportion.ts';
import { clustersOf, type Moments } from './calibration-draws.ts';
import type { World } from './calibration-worlds.ts';

/** Largest share by which no planner's margin exceeds a score's own mean. */
const LARGEST_DROP = 0.9;

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

/** The margin that a world's samples are planned for; null where they are too few for any. */
export function plannedMargin(world: World, moments: Moments): number | null {
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
export function plainMargin(world: World, moments: Moments): number {
  const { skewness: _, ...options } = design(world, moments);
  return minimumDetectableEffectOfMean(moments.deviation, world.n, options);
}

/** The distance from a threshold that a world's samples are planned for; null where they are too few for any. */
export function plannedDistance(
  { family, n, grouping, pairCorrelation }: World,
  moments: Moments,
): number | null {
  const options = design({ family, n, grouping, pairCorrelation }, moments);
  return smallestDistance(LARGEST_DROP * family.mean, n, (distance) => {
    const size = family.isBinary
      ? sampleSizeOfProportion(family.mean - distance, family.mean, options)
      : sampleSizeOfMean(distance, moments.deviation, {
          ...options,
          hasBounds: family.range !== null,
          ...(family.range && { reach: family.mean - family.range[0] }),
        });
    return size?.n ?? Infinity;
  });
}
