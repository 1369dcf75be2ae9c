/** What a rate of errors may be, and how a table says that it is more. */
import { clusterDegrees } from '../../harness/stats/cluster.ts';
import { clustersOf } from './calibration-draws.ts';
import type { Rate } from './calibration-runs.ts';
import type { World } from './calibration-worlds.ts';

export const percent = ({ hits, runs }: Rate): string => ((100 * hits) / runs).toFixed(1);
const errorOf = (share: number, runs: number): number => Math.sqrt((share * (1 - share)) / runs);

let beyond = 0;

/** Rates beyond their limits so far. */
export const beyondLimits = (): number => beyond;

/** A percentage, with ! where it lies above the limit by more than three standard errors. */
export function atMost(limit: number, rate: Rate | null): string {
  if (rate === null) return '–';
  const over = rate.hits / rate.runs > limit + 3 * errorOf(limit, rate.runs);
  if (over) beyond++;
  return `${percent(rate)}${over ? ' !' : ''}`;
}

export function atLeast(limit: number, rate: Rate | null): string {
  if (rate === null) return '–';
  const under = rate.hits / rate.runs < limit - 3 * errorOf(limit, rate.runs);
  if (under) beyond++;
  return `${percent(rate)}${under ? ' !' : ''}`;
}

/** Independent clusters of one size that a world's are worth. */
function worth({ n, grouping }: World): number {
  const sizes = new Map<number, number>();
  for (const cluster of clustersOf(n, grouping)) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return clusterDegrees([...sizes.values()]) + 1;
}

export function clustersInWords(world: World, clusters: number): string {
  const even = worth(world);
  return even < clusters - 1 ? `${clusters} (${even.toFixed(0)})` : String(clusters);
}

/** A percentage, with ! where it lies outside by more than three standard errors. */
export function within(low: number, high: number, rate: Rate): string {
  const text = atLeast(low, rate);
  const over = rate.hits / rate.runs > high + 3 * errorOf(high, rate.runs);
  if (over) beyond++;
  return over ? `${text} !` : text;
}

/** 94 to 96% from 200 samples in 40 clusters on, 90% or more below. */
export function coverageOf(world: World, rate: Rate): string {
  return world.n < 200 || worth(world) < 39.5 ? atLeast(0.9, rate) : within(0.94, 0.96, rate);
}
