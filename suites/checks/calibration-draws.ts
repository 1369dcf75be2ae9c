/** Samples drawn from the worlds of calibration-worlds.ts, and the moments that a planner would know of them. */
import type { Family, Grouping, World } from './calibration-worlds.ts';

/** Cluster of each of n samples. */
export function clustersOf(n: number, { sizes }: Grouping): number[] {
  const clusters: number[] = [];
  for (let cluster = 0; clusters.length < n; cluster++) {
    const size = Math.min(sizes[cluster % sizes.length]!, n - clusters.length);
    for (let i = 0; i < size; i++) clusters.push(cluster);
  }
  return clusters;
}

/** sfc32 (Doty-Humphrey, PractRand): a tenth of the time of PCG64 here, and all that a simulation needs. */
class Uniform {
  private a = 0;
  private b = 0;
  private c: number;
  private count = 1;

  constructor(seed: number) {
    this.c = seed | 0;
    for (let i = 0; i < 20; i++) this.uint32();
  }

  private uint32(): number {
    const result = (this.a + this.b + this.count) | 0;
    this.count = (this.count + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** In (0, 1), 32 bits. */
  random(): number {
    return (this.uint32() + 0.5) / 4_294_967_296;
  }

  /** In [0, limit). */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

/** Standard normals by Marsaglia's polar method. */
export class Normals {
  readonly random: Uniform;
  private spare: number | null = null;

  constructor(seed: number) {
    this.random = new Uniform(seed);
  }

  next(): number {
    if (this.spare !== null) {
      const { spare } = this;
      this.spare = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.random.random() - 1;
      const y = 2 * this.random.random() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }
}

export interface Pairs {
  readonly values: Float64Array;
  readonly baseline: Float64Array;
}

/** Scores of two models on the samples of `clusters`, into `pairs`. */
export function drawPairs(
  normals: Normals,
  family: Family,
  grouping: Grouping,
  pairCorrelation: number,
  drop: number,
  clusters: readonly number[],
  pairs: Pairs,
): void {
  const score = family.pair(drop);
  const together = Math.sqrt(pairCorrelation);
  const apart = Math.sqrt(1 - pairCorrelation);
  const between = Math.sqrt(grouping.correlation);
  const within = Math.sqrt(1 - grouping.correlation);
  /** z of the two models: one part of it shared. */
  const two = (): [number, number] => {
    const shared = together === 0 ? 0 : together * normals.next();
    return [shared + apart * normals.next(), shared + apart * normals.next()];
  };
  let cluster = -1;
  let [modelEffect, baselineEffect] = [0, 0];
  for (let i = 0; i < clusters.length; i++) {
    if (clusters[i] !== cluster) {
      cluster = clusters[i]!;
      if (between > 0) [modelEffect, baselineEffect] = two();
    }
    const [own, baselineOwn] = two();
    const { value, baseline } = score(
      between * modelEffect + within * own,
      between * baselineEffect + within * baselineOwn,
      normals.random.random(),
    );
    pairs.values[i] = value;
    pairs.baseline[i] = baseline;
  }
}

/** What a planner would know from a large pilot run. */
export interface Moments {
  readonly deviation: number;
  /** Correlation of two of a cluster. */
  readonly icc: number;
  /** Of the clusters' sums. */
  readonly skewness: number;
  /** Σ S² / Σ |S| of the clusters' summed differences, over the size of a sample's cluster. */
  readonly size: number;
}

/** Moments of the differences of pairs of equal models, or of one model's scores about their mean, by `draws` samples. */
export function momentsOf(
  { family, grouping, pairCorrelation }: Pick<World, 'family' | 'grouping' | 'pairCorrelation'>,
  of: 'differences' | 'scores',
  draws = 100_000,
): Moments {
  const clusters = clustersOf(draws, grouping);
  const pairs = { values: new Float64Array(draws), baseline: new Float64Array(draws) };
  drawPairs(new Normals(99), family, grouping, pairCorrelation, 0, clusters, pairs);
  const sums = new Float64Array(clusters.at(-1)! + 1);
  const counts = new Float64Array(sums.length);
  let squares = 0;
  for (let i = 0; i < draws; i++) {
    const each = pairs.values[i]! - (of === 'differences' ? pairs.baseline[i]! : family.mean);
    squares += each * each;
    sums[clusters[i]!]! += each;
    counts[clusters[i]!]!++;
  }
  // Of all ordered pairs within clusters: Σ sum² − Σ square, over Σ m (m − 1)
  let [ofSums, cubes, ordered, absolute, squaredSizes] = [0, 0, 0, 0, 0];
  for (const [cluster, total] of sums.entries()) {
    ofSums += total ** 2;
    cubes += total ** 3;
    ordered += counts[cluster]! * (counts[cluster]! - 1);
    absolute += Math.abs(total);
    squaredSizes += counts[cluster]! ** 2;
  }
  const variance = squares / draws;
  const spread = ofSums / sums.length;
  return {
    deviation: Math.sqrt(variance),
    icc: ordered === 0 || variance === 0 ? 0 : Math.max(0, (ofSums - squares) / ordered / variance),
    skewness: spread === 0 ? 0 : cubes / sums.length / spread ** 1.5,
    size: absolute === 0 ? 1 : ofSums / absolute / (squaredSizes / draws),
  };
}
