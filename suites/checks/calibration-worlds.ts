/** Synthetic pairs of models with known truth: what the verdict is calibrated on.
 *
 *  A score is a function of a normal variable z, so that its mean is known exactly. The z of two models on one sample
 *  correlate by `pairCorrelation`, those of two samples of a cluster by `clusterCorrelation` (a Gaussian copula):
 *  calibration-draws.ts. */
import { betaQuantile, normalCdf, normalQuantile } from '../../harness/stats/distributions.ts';

export interface Family {
  readonly name: string;
  /** Bounds of the scale that the metric names; null: unknown. */
  readonly range: readonly [number, number] | null;
  readonly mean: number;
  /** All scores are 0 or 1. */
  readonly isBinary?: true;
  /** Scores of a pair whose true difference (model − baseline) is −drop. `coin` is uniform. */
  readonly pair: (
    drop: number,
  ) => (z: number, baselineZ: number, coin: number) => { value: number; baseline: number };
}

/** Largest drop that leaves a score of mean `mean` on its scale: scores shrink towards 0. */
const shrunk = (mean: number, drop: number): number => 1 - drop / mean;

function binary(rate: number): Family {
  const cut = normalQuantile(rate);
  return {
    name: `0/1 at ${rate}`,
    range: [0, 1],
    mean: rate,
    isBinary: true,
    pair: (drop) => {
      const modelCut = normalQuantile(Math.max(0, rate - drop));
      return (z, baselineZ) => ({ value: z < modelCut ? 1 : 0, baseline: baselineZ < cut ? 1 : 0 });
    },
  };
}

const normal: Family = {
  name: 'normal',
  range: null,
  mean: 10,
  pair: (drop) => (z, baselineZ) => ({ value: 10 + z - drop, baseline: 10 + baselineZ }),
};

/** Heavy right tail in both models, as latencies and lengths have it: the difference is symmetric. */
function lognormal(sigma: number): Family {
  return {
    name: `lognormal σ=${sigma}`,
    range: null,
    mean: Math.exp(sigma ** 2 / 2),
    pair: (drop) => (z, baselineZ) => ({
      value: Math.exp(sigma * z) - drop,
      baseline: Math.exp(sigma * baselineZ),
    }),
  };
}

/** A difference with a lognormal tail on one side: a model that loses (or gains) much on a few samples and makes up for
 *  it on the others. The hardest case for a t test. */
function oneSided(sigma: number, side: -1 | 1): Family {
  const center = Math.exp(sigma ** 2 / 2);
  return {
    name: `lognormal ${side < 0 ? 'losses' : 'gains'} σ=${sigma}`,
    range: null,
    mean: 10,
    pair: (drop) => (z, baselineZ) => ({
      value: 10 + baselineZ + side * (Math.exp(sigma * z) - center) - drop,
      baseline: 10 + baselineZ,
    }),
  };
}

const STEPS = 4096;

/** A function of u in [0, 1] that rises linearly between equidistant points, and its exact mean over u. */
function table(f: (u: number) => number): { at: (u: number) => number; mean: number } {
  const points = Float64Array.from({ length: STEPS + 1 }, (_, k) => f(k / STEPS));
  let total = 0;
  for (let k = 0; k < STEPS; k++) total += (points[k]! + points[k + 1]!) / 2;
  return {
    mean: total / STEPS,
    at: (u) => {
      const position = u * STEPS;
      const k = Math.min(STEPS - 1, Math.floor(position));
      return points[k]! + (position - k) * (points[k + 1]! - points[k]!);
    },
  };
}

/** Scores in [0, 1], such as token F1 or a judge's. */
function beta(a: number, b: number): Family {
  const { at, mean } = table((u) => betaQuantile(u, a, b));
  return {
    name: `beta(${a}, ${b})`,
    range: [0, 1],
    mean,
    pair: (drop) => {
      const scale = shrunk(mean, drop);
      return (z, baselineZ) => ({
        value: scale * at(normalCdf(z)),
        baseline: at(normalCdf(baselineZ)),
      });
    },
  };
}

/** Sentence BLEU: in [0, 100], a quarter of them 0, the others spread. */
function sentenceBleu(): Family {
  const positive = table((u) => 100 * betaQuantile(u, 1.2, 2));
  const zeros = 0.25;
  const at = (z: number): number => {
    const u = normalCdf(z);
    return u < zeros ? 0 : positive.at((u - zeros) / (1 - zeros));
  };
  const mean = (1 - zeros) * positive.mean;
  return {
    name: 'sentence BLEU',
    range: [0, 100],
    mean,
    pair: (drop) => {
      const scale = shrunk(mean, drop);
      return (z, baselineZ) => ({ value: scale * at(z), baseline: at(baselineZ) });
    },
  };
}

/** Answers that are as good as before, but some of which collapse to 0: 3% of both models', and more of the worse. */
function collapse(): Family {
  const { at, mean } = table((u) => betaQuantile(u, 6, 2));
  const share = 0.03;
  return {
    name: 'collapses',
    range: [0, 1],
    mean: (1 - share) * mean,
    pair: (drop) => {
      const modelShare = share + drop / mean;
      return (_, baselineZ, coin) => {
        const score = at(normalCdf(baselineZ));
        // The two collapse on different samples.
        return { value: coin < modelShare ? 0 : score, baseline: coin > 1 - share ? 0 : score };
      };
    },
  };
}

export const families = {
  half: binary(0.5),
  good: binary(0.8),
  near: binary(0.97),
  normal,
  lognormal: lognormal(1),
  losses: oneSided(1, -1),
  gains: oneSided(1, 1),
  mildLosses: oneSided(0.5, -1),
  beta: beta(8, 2),
  bathtub: beta(0.5, 0.3),
  bleu: sentenceBleu(),
  collapse: collapse(),
} as const satisfies Record<string, Family>;

/** How samples come in clusters. */
export interface Grouping {
  readonly name: string;
  /** Sizes, repeated until there are enough samples. */
  readonly sizes: readonly number[];
  readonly correlation: number;
}

export const groupings = {
  alone: { name: 'independent', sizes: [1], correlation: 0 },
  weak: { name: 'fives, ICC 0.1', sizes: [5], correlation: 0.1 },
  strong: { name: 'fives, ICC 0.5', sizes: [5], correlation: 0.5 },
  uneven: { name: '1–15, ICC 0.3', sizes: [1, 2, 3, 4, 5, 15], correlation: 0.3 },
} as const satisfies Record<string, Grouping>;

export interface World {
  readonly family: Family;
  readonly grouping: Grouping;
  readonly pairCorrelation: number;
  readonly n: number;
}
