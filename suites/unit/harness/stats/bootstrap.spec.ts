import { expect, test } from '@playwright/test';
import { bootstrap, bootstrapOfSums } from '../../../../harness/stats/bootstrap.ts';
import { clusteredStandardError } from '../../../../harness/stats/cluster.ts';
import { groupByCluster, mean, sum } from '../../../../harness/stats/interval.ts';
import { Pcg64 } from '../../../../harness/stats/pcg64.ts';
import { quantile } from '../../../../harness/stats/quantile.ts';
import { differences, golden } from './golden.ts';

const statistics = {
  mean,
  median: (values: readonly number[]) =>
    quantile(
      [...values].sort((a, b) => a - b),
      0.5,
    ),
  deviation: (values: readonly number[]) => {
    const center = mean(values);
    return Math.sqrt(sum(values.map((value) => (value - center) ** 2)) / (values.length - 1));
  },
};

test('agrees with scipy.stats.bootstrap on the same seed, percentile and BCa', () => {
  const rows = golden.bootstrap.flatMap(
    ({ label, values, statistic, seed, draws, confidence, method, ...theirs }) => {
      const ours = bootstrap(values, statistics[statistic], { seed, draws, confidence, method })!;
      return (['value', 'low', 'high', 'standardError'] as const).map((key) => ({
        what: `${method} ${statistic} of ${label} at ${confidence}: ${key}`,
        ours: ours[key],
        theirs: theirs[key],
      }));
    },
  );
  expect(rows.length).toBeGreaterThan(100);
  expect(differences(rows, 1e-9)).toEqual([]);
});

/** Scores of which those of a cluster are alike. */
function clustered(count: number, size: number): { values: number[]; clusters: string[] } {
  const random = new Pcg64(5);
  const shared = Array.from({ length: count }, () => random.random());
  const at = Array.from({ length: count * size }, (_, i) => Math.floor(i / size));
  return { values: at.map((i) => 0.8 * shared[i]! + 0.2 * random.random()), clusters: at.map(String) };
}

test('draws whole clusters: its standard error is that of the clusters and not of the scores', () => {
  const { values, clusters } = clustered(50, 6);
  const { standardError } = clusteredStandardError(groupByCluster(values, clusters));
  const byCluster = bootstrap(values, mean, { seed: 1, draws: 4000, clusters })!;
  const byScore = bootstrap(values, mean, { seed: 1, draws: 4000 })!;
  expect(byCluster.standardError / standardError).toBeGreaterThan(0.94);
  expect(byCluster.standardError / standardError).toBeLessThan(1.04);
  expect(byScore.standardError / standardError).toBeLessThan(0.5);
  expect(byCluster.clusters).toBe(50);
});

test('gives the same interval for a mean and for the ratio of its sums', () => {
  const { values, clusters } = clustered(20, 3);
  for (const method of ['percentile', 'bca'] as const) {
    const options = { seed: 3, draws: 200, clusters, method };
    const ofSample = bootstrap(values, mean, options)!;
    const ofSums = bootstrapOfSums(
      values.map((value) => [value, 1]),
      ([total, count]) => total! / count!,
      options,
    )!;
    expect(ofSums.low).toBeCloseTo(ofSample.low, 12);
    expect(ofSums.high).toBeCloseTo(ofSample.high, 12);
  }
});

test('draws the same for the same seed, nothing from one cluster, no width from equal scores', () => {
  const { values } = clustered(10, 2);
  const options = { seed: 1, draws: 100 };
  expect(bootstrap(values, mean, options)).toEqual(bootstrap(values, mean, options));
  expect(bootstrap(values, mean, { seed: 2, draws: 100 })).not.toEqual(bootstrap(values, mean, options));
  expect(bootstrap(values, mean, { ...options, clusters: values.map(() => 'one') })).toBeNull();
  const equal = bootstrap([2, 2, 2], mean, { ...options, method: 'bca' })!;
  expect([equal.low, equal.high, equal.acceleration]).toEqual([2, 2, 0]);
  expect(() => bootstrap(values, mean, { seed: 1, draws: 1 })).toThrow(/2 draws/);
});
