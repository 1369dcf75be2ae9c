import { expect, test } from '@playwright/test';
import { gates, record, spec, task } from './records.ts';
import { renderRunPlan } from '../../../../harness/cli/render-power.ts';
import { proportionInterval } from '../../../../harness/stats/proportion.ts';
import { observedSpread, plannedSamples, planGate } from '../../../../harness/gates/power-plan.ts';
import { sampleSizeOfProportion } from '../../../../harness/stats/power-proportion.ts';

const settings = { confidence: 0.95, power: 0.8, icc: null, deviation: null };
const independent = plannedSamples(Array.from({ length: 200 }, (_, i) => `c${i}`));
const rate = spec('x', 'proportion');
const gateOf = (rule: string) => gates(`quality/facts.x, ${rule}`).gates[0]!;

test('counts clusters and how their sizes vary', () => {
  expect(plannedSamples(['a', 'a', 'a', 'b'])).toEqual({
    n: 4,
    clusters: 2,
    clusterSizeVariation: 0.5,
    independentShare: expect.closeTo(1, 9),
  });
  expect(plannedSamples([])).toEqual({
    n: 0,
    clusters: 0,
    clusterSizeVariation: 0,
    independentShare: 1,
  });
  const uneven = plannedSamples(Array.from({ length: 120 }, (_, i) => (i < 60 ? 'large' : `c${i}`)));
  expect(uneven.independentShare * uneven.clusters).toBeLessThan(5);
});

test('plans a comparison by its assumed spread, and by the one an earlier run saw', () => {
  const gate = gateOf('notWorseThan: baseline, margin: 0.05');
  const assumed = planGate(gate, rate, independent, null, settings);
  expect(assumed).toMatchObject({ source: 'assumed', deviation: Math.sqrt(0.1), n: 200, clusters: 200 });
  expect(assumed.needed!).toBeGreaterThan(250);
  expect(assumed.note).toBe(`${assumed.needed! - 200} too few to pass a model as good as its baseline`);
  expect(assumed.detects!).toBeGreaterThan(0.05);

  const records = Array.from({ length: 200 }, (_, i) => record(i, { scores: { x: i % 50 === 0 ? 0 : 1 } }));
  const baseline = records.map((each, i) => ({ ...each, scores: { x: i % 50 === 1 ? 0 : 1 } }));
  const spread = observedSpread(task(200, [rate]), rate, records, baseline)!;
  expect(spread.value).toBe(0.98);
  expect(spread.pairs).toMatchObject({ size: 1, deviation: expect.closeTo(0.2005, 3) });
  const observed = planGate(gate, rate, independent, spread, settings);
  expect(observed).toMatchObject({
    source: 'observed',
    note: 'enough to pass a model as good as its baseline',
  });
  expect(observed.detects!).toBeLessThan(assumed.detects!);
  // What --json prints.
  const keys = [
    'metric',
    'rule',
    'kind',
    'n',
    'clusters',
    'deviation',
    'source',
    'detects',
    'needed',
    'note',
  ];
  expect(Object.keys(observed).toSorted()).toEqual(keys.toSorted());
});

test('tells of clusters that even a perfect model does not pass with', () => {
  const clusters = Array.from({ length: 240 }, (_, i) => `c${i % 30}`);
  const plan = (threshold: number) =>
    planGate(gateOf(`atLeast: ${threshold}`), rate, plannedSamples(clusters), null, settings);
  const perfect = proportionInterval(Array<number>(240).fill(1), { clusters })!;
  expect(plan(0.9)).toMatchObject({ detects: null, note: 'passes at no rate' });
  expect(perfect.low).toBeLessThan(0.9);
  expect(plan(0.88).detects).not.toBeNull();
  expect(perfect.low).toBeGreaterThan(0.88);
});

test('says of every gate that estimates what it detects before a run spends', () => {
  const planned = [
    planGate(gateOf('atLeast: 0.8'), rate, independent, null, settings),
    planGate(gateOf('notWorseThan: baseline, margin: 0.05'), rate, independent, null, settings),
    // Nothing can be told of it.
    planGate(gateOf('atLeast: 5'), spec('x', 'mean'), independent, null, settings),
  ];
  const text = renderRunPlan({ gates: planned, from: null, power: 0.8 });
  expect(text).toMatch(/^Will detect with power 0\.8 \(sd: as assumed; ~ is assumed\):\n/);
  expect(text).toMatch(/quality\/facts\.x +at least 0\.8 +~ 0\.077 away +passes a true rate of 0\.877\n/);
  expect(text).toMatch(/not worse than baseline by 0\.05 +~ 0\.0\d+ away +\d+ too few to pass/);
  expect(text.trim().split('\n')).toHaveLength(3);
});

test('plans with the tail that an earlier run saw, and for one that few samples without bounds cannot show', () => {
  const gate = gateOf('atLeast: 5');
  const open = spec('x', 'mean');
  const spread = { value: 6, deviation: 1, icc: 0, skewness: 0, range: null, pairs: null };
  const detects = (n: number, skewness: number) =>
    planGate(
      gate,
      open,
      plannedSamples(Array.from({ length: n }, (_, i) => `c${i}`)),
      { ...spread, skewness },
      settings,
    ).detects!;
  expect(detects(60, -4)).toBeGreaterThan(1.3 * detects(60, 0));
  expect(detects(20, 0)).toBeGreaterThan(1.8 * Math.sqrt(6) * detects(120, 0) * 0.9);
});

test('samples of one cluster count for less', () => {
  const gate = gateOf('notWorseThan: baseline, margin: 0.05');
  const clustered = plannedSamples(Array.from({ length: 200 }, (_, i) => `c${Math.floor(i / 4)}`));
  const [alone, together, told] = [
    planGate(gate, rate, independent, null, settings),
    planGate(gate, rate, clustered, null, settings),
    planGate(gate, rate, clustered, null, { ...settings, icc: 0 }),
  ];
  expect(together.detects!).toBeGreaterThan(1.3 * alone.detects!);
  expect(told.detects!).toBeLessThan(together.detects!);
});

test('plans thresholds, invariants and quantiles, and says what it does not know', () => {
  const threshold = planGate(gateOf('atLeast: 0.8'), rate, independent, null, settings);
  expect(threshold).toMatchObject({
    needed: null,
    note: expect.stringMatching(/^passes a true rate of 0.8[78]\d$/),
  });
  const spread = { value: 0.9, deviation: 0.3, icc: 0, skewness: 0, range: [0, 1] as const, pairs: null };
  expect(planGate(gateOf('atLeast: 0.8'), rate, independent, spread, settings).needed).toBe(
    sampleSizeOfProportion(0.8, 0.9)!.n,
  );
  const rows: [string, ReturnType<typeof spec>, Record<string, unknown>][] = [
    ['always: true', rate, { detects: expect.closeTo(1 - 0.2 ** (1 / 200), 10) }],
    ['atMost: 9', spec('x', 'p95'), { needed: 72, note: 'enough for a bound' }],
    ['atMost: 9', spec('x', 'max'), { note: 'is compared directly' }],
    [
      'atMost: 9',
      spec('x', 'mean'),
      { detects: null, note: 'its spread is unknown: name a run with --from' },
    ],
    ['atLeast: 1', rate, { note: 'no sample shows a rate of exactly 1' }],
    [
      'notWorseThan: baseline, margin: 0.05',
      spec('x', 'mean'),
      { detects: null, note: 'its spread is unknown: name a run with --from' },
    ],
  ];
  for (const [rule, metric, plan] of rows)
    expect(planGate(gateOf(rule), metric, independent, null, settings), rule).toMatchObject(plan);
  expect(planGate(gateOf('atLeast: 0.8'), rate, plannedSamples([]), null, settings).note).toBe(
    'has no sample',
  );
});
