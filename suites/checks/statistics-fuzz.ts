/** The statistics against scipy and statsmodels on random and degenerate samples, beyond the golden tables: one observation,
 *  all equal, ties, zeros, huge and tiny magnitudes.
 *
 *      npm run check:statistics-fuzz -- path/to/python [cases [seed]]
 *
 *  The Python needs numpy, scipy 1.17 and statsmodels 0.15. Prints the largest difference of each statistic and the first
 *  samples on which the two disagree; ends with 1 where they do. */
import { MersenneTwister } from '../../harness/data/random.ts';
import { bootstrap } from '../../harness/stats/bootstrap.ts';
import { clusteredStandardError } from '../../harness/stats/cluster.ts';
import { betaQuantile, noncentralTCdf, tQuantile } from '../../harness/stats/distributions.ts';
import { groupByCluster, mean } from '../../harness/stats/interval.ts';
import { mcnemar } from '../../harness/stats/mcnemar.ts';
import { meanInterval } from '../../harness/stats/mean.ts';
import { holm } from '../../harness/stats/multiplicity.ts';
import { pairedDifference } from '../../harness/stats/paired.ts';
import { signFlipTest } from '../../harness/stats/permutation.ts';
import { powerOfMean, sampleSizeOfMean } from '../../harness/stats/power-mean.ts';
import { powerOfProportion } from '../../harness/stats/power-proportion.ts';
import { clopperPearsonInterval, wilsonInterval } from '../../harness/stats/proportion.ts';
import { quantile } from '../../harness/stats/quantile.ts';
import { roganGladen } from '../../harness/stats/rogan-gladen.ts';
import { fuzzAgainstPeer, type FuzzCase } from './fuzz-peer.ts';

const [python, count = '5000', seed = '20261123'] = process.argv.slice(2);
if (python === undefined)
  throw new Error('Usage: npm run check:statistics-fuzz -- path/to/python [cases [seed]]');

const random = new MersenneTwister(Number(seed));
const pick = <T>(of: readonly T[]): T => of[random.below(of.length)]!;
const uniform = (low: number, high: number): number => low + (high - low) * random.random();
const confidence = (): number => pick([0.5, 0.8, 0.9, 0.95, 0.99, 0.999]);

/** Normal, near enough: Irwin and Hall's. */
const gauss = (): number => Array.from({ length: 12 }, () => random.random()).reduce((a, b) => a + b, -6);

/** Shapes of a sample; the last ones have nothing to estimate a spread from. */
const SHAPES: readonly (() => number)[] = [
  () => random.random(),
  () => (random.chance(0.8) ? 1 : 0),
  () => random.below(4) - 1,
  () => -Math.log(1 - random.random()),
  () => (random.chance(0.1) ? 1000 * random.random() : random.random()),
];
const SCALES = [1, 1, 1, 1e-9, 1e9, 100];

function sample(least: number, most: number): number[] {
  const n = least + random.below(most - least + 1);
  const [shape, scale, offset] = [pick(SHAPES), pick(SCALES), random.chance(0.2) ? 1000 : 0];
  const one = shape();
  const equal = random.chance(0.05);
  return Array.from({ length: n }, () => scale * (offset + (equal ? one : shape())));
}

/** Names of clusters of many sizes, two at least. */
function clustersOf(n: number): string[] {
  const most = Math.max(2, 1 + random.below(n));
  const names = Array.from({ length: n }, () => `c${random.below(most)}`);
  return new Set(names).size > 1 ? names : names.map((name, i) => (i === 0 ? 'other' : name));
}

/** Relative to the sample's magnitude: a mean of 1e9 has no nine digits behind the point. */
const per = (scale: number, value: number | null): number | null => (value === null ? null : value / scale);

const magnitude = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

type Make = () => Omit<FuzzCase, 'kind'>;

const proportion: Make = () => {
  const trials = pick([1, 2, 1 + random.below(50), 1 + random.below(5000)]);
  const successes = pick([0, trials, random.below(trials + 1)]);
  const level = confidence();
  return {
    input: { successes, trials, level },
    tolerance: 1e-9,
    ours: () => {
      const wilson = wilsonInterval(successes, trials, { confidence: level });
      const exact = clopperPearsonInterval(successes, trials, { confidence: level });
      return { low: wilson.low, high: wilson.high, exactLow: exact.low, exactHigh: exact.high };
    },
  };
};

const clusteredMean: Make = () => {
  const values = sample(2, 40);
  const clusters = clustersOf(values.length);
  const [level, scale] = [confidence(), magnitude(values)];
  return {
    input: { values, clusters, level, scale },
    tolerance: 1e-8,
    ours: () => {
      const { standardError, degreesOfFreedom } = clusteredStandardError(groupByCluster(values, clusters));
      const found = meanInterval(values, { clusters, confidence: level, range: null });
      return {
        standardError: standardError / scale,
        degreesOfFreedom,
        low: per(scale, found?.low ?? null),
        high: per(scale, found?.high ?? null),
      };
    },
  };
};

const pairedT: Make = () => {
  const values = sample(2, 60);
  const baseline = random.chance(0.1)
    ? values
    : values.map((value) => value + pick([0, 0, 1, -1]) * magnitude(values) * random.random());
  const [margin, level] = [pick([0, 0.1, 2]) * magnitude(values), confidence()];
  const scale = magnitude([...values, ...baseline]);
  return {
    input: { values, baseline, margin, level, scale },
    tolerance: 1e-7,
    ours: () => {
      const found = pairedDifference(values, baseline, { margin, confidence: level, scale: null })!;
      const { pNotWorse, pWorse, low, high } = found;
      return { pNotWorse, pWorse, low: low / scale, high: high / scale };
    },
  };
};

const signFlips: Make = () => {
  const tied = random.chance(0.6);
  const values = Array.from({ length: 1 + random.below(11) }, () => (tied ? random.below(5) - 2 : gauss()));
  const margin = tied ? pick([0, 0, 1]) : pick([0, 0.3]);
  return {
    input: { values, margin },
    tolerance: 1e-9,
    ours: () => {
      const { pNotWorse, pWorse, pDifferent } = signFlipTest(values, { margin });
      return { pNotWorse, pWorse, pDifferent };
    },
  };
};

const mcnemarCase: Make = () => {
  const most = pick([3, 30, 3000]);
  const [losses, gains] = [random.below(most), random.below(most)];
  return {
    input: { losses, gains },
    tolerance: 1e-9,
    ours: () => ({ ...mcnemar(losses, gains) }),
  };
};

const holmCase: Make = () => {
  const p = Array.from({ length: 1 + random.below(12) }, () =>
    pick([0, 1, 0.01, random.random(), random.random() ** 8]),
  );
  return {
    input: { p },
    tolerance: 1e-12,
    ours: () => Object.fromEntries(holm(p).map((adjusted, i) => [String(i), adjusted])),
  };
};

/** BCa of 20 values and more: of fewer some draws hold each value once, whose mean is the sample's but for rounding. scipy counts
 *  them as rounding falls, we as equal; the two then differ by up to a quarter (3 values). */
const bootstrapCase: Make = () => {
  const [method, level] = [pick(['percentile', 'basic', 'bca'] as const), pick([0.8, 0.9, 0.95])];
  const least = method === 'bca' ? 20 : 2;
  const values = Array.from({ length: least + random.below(30) }, () => gauss());
  const own = random.below(1000);
  return {
    input: { values, method, level, seed: own },
    tolerance: 1e-9,
    ours: () => {
      const options = { seed: own, draws: 300, method, confidence: level };
      const { low, high, standardError } = bootstrap(values, mean, options)!;
      return { low, high, standardError };
    },
  };
};

const counted = (): { successes: number; trials: number } => {
  const trials = 1 + random.below(pick([5, 300]));
  return { trials, successes: pick([0, trials, random.below(trials + 1), Math.ceil(0.9 * trials)]) };
};

const corrected: Make = () => {
  const [apparent, sensitivity, specificity] = [counted(), counted(), counted()];
  const level = confidence();
  return {
    input: { apparent, sensitivity, specificity, level },
    tolerance: 1e-9,
    ours: () => {
      const found = roganGladen(apparent, sensitivity, specificity, { confidence: level });
      return 'reason' in found ? { value: null, low: null, high: null } : pickOf(found);
    },
  };
};

const pickOf = ({ value, low, high }: { value: number; low: number; high: number }) => ({ value, low, high });

const powers: Make = () => {
  const [effect, n] = [uniform(0.02, 2), 2 + random.below(pick([10, 300]))];
  const level = pick([0.8, 0.9, 0.95, 0.99]);
  const power = pick([0.5, 0.8, 0.9, 0.95]);
  return {
    input: { effect, n, level, power },
    tolerance: 1e-6,
    ours: () => ({
      power: powerOfMean(effect, 1, n, { confidence: level }),
      size: sampleSizeOfMean(effect, 1, { confidence: level, power })!.n,
    }),
  };
};

const ratePower: Make = () => {
  const [threshold, rate, n] = [uniform(0.02, 0.5), random.random(), 1 + random.below(300)];
  const above = rate > threshold;
  // Where the bound is Wilson's: the far end of the scale.
  return {
    input: { threshold: above ? 1 - threshold : threshold, rate: above ? 1 - rate : rate, n },
    tolerance: 1e-9,
    ours: () => ({ power: powerOfProportion(above ? 1 - threshold : threshold, above ? 1 - rate : rate, n) }),
  };
};

const quantiles: Make = () => {
  const values = sample(1, 40);
  const q = pick([0, 1, 0.5, 0.95, random.random()]);
  const scale = magnitude(values);
  return {
    input: { values, q, scale },
    tolerance: 1e-12,
    ours: () => ({
      value:
        quantile(
          [...values].sort((a, b) => a - b),
          q,
        ) / scale,
    }),
  };
};

const distributions: Make = () => {
  const [p, degrees] = [
    pick([1e-6, 1 - 1e-6, random.random(), random.random() ** 6]),
    pick([1, 2, uniform(1, 200), uniform(1, 5)]),
  ];
  const [t, shift] = [uniform(-5, 10), uniform(-3, 8)];
  const [a, b] = [uniform(0.2, 60), uniform(0.2, 60)];
  return {
    input: { p, degrees, t, shift, a, b },
    tolerance: 1e-8,
    ours: () => ({
      t: tQuantile(p, degrees),
      noncentral: noncentralTCdf(t, degrees, shift),
      beta: betaQuantile(p, a, b),
    }),
  };
};

/** Of a hundred. */
const MIX: readonly (readonly [kind: string, share: number, make: Make])[] = [
  ['Wilson, Clopper–Pearson', 15, proportion],
  ['clustered mean (CR2, Satterthwaite)', 15, clusteredMean],
  ['paired t', 15, pairedT],
  ['sign flips, exact', 10, signFlips],
  ["McNemar's test", 6, mcnemarCase],
  ['Holm', 6, holmCase],
  ['bootstrap', 10, bootstrapCase],
  ['Rogan–Gladen', 6, corrected],
  ['power and size of a mean', 5, powers],
  ['power of a rate', 4, ratePower],
  ['quantile', 4, quantiles],
  ['distributions', 4, distributions],
];

const cases = MIX.flatMap(([kind, share, make]) =>
  Array.from({ length: Math.ceil((Number(count) * share) / 100) }, (): FuzzCase => ({ kind, ...make() })),
);
await fuzzAgainstPeer(cases, python, 'statistics-fuzz.py');
