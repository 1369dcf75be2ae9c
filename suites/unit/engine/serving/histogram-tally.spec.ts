import { expect, test } from '@playwright/test';
import { Histogram, type Metric, Registry } from 'prom-client';
import { TalliedHistogram } from '../../../../engine/serving/histogram-tally.ts';

const BOUNDS = [0.001, 0.5, 1, 60];
const VALUES = [0, 0.001, 0.0011, 0.5, 0.7, 1, 59.9, 60, 61, 1e9];

test.describe('TalliedHistogram', () => {
  test("writes what prom-client's own histogram writes", async () => {
    const theirs = new Registry();
    const histogram = new Histogram({
      name: 'latency_seconds',
      help: 'A "help"\nof two lines.',
      buckets: BOUNDS,
      labelNames: ['model_name'],
      registers: [theirs],
    });
    const ours = new Registry();
    const tallied = new TalliedHistogram('latency_seconds', 'A "help"\nof two lines.', BOUNDS, 'model_name');
    ours.registerMetric(tallied as unknown as Metric);
    for (const model of ['one', 'a "quoted"\nname']) {
      for (const value of VALUES) {
        histogram.labels({ model_name: model }).observe(value);
        tallied.of(model).observe(value);
      }
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
    expect(await ours.metrics()).toContain('latency_seconds_bucket{le="1",model_name="one"} 6');
  });

  test('says nothing of a model that has answered nothing', async () => {
    const registry = new Registry();
    registry.registerMetric(new TalliedHistogram('h', 'help', BOUNDS, 'model_name') as unknown as Metric);
    expect(await registry.metrics()).toBe('# HELP h help\n# TYPE h histogram\n');
  });
});
