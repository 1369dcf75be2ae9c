import { expect, test } from '@playwright/test';
import { judge, type JudgeInput } from '../../../../harness/gates/judge.ts';
import type { GateResult, MetricSpec } from '../../../../reports/report-data.ts';
import { against, binary, gateOf, gates, lowRate, rate, records, spec, task, run } from './records.ts';

test('few equal differences on a scale without bounds show nothing, unless the model is its own baseline', () => {
  const words = spec('x', 'mean', { range: null, unit: 'words' });
  const judged = (n: number, drop: number, more: Partial<JudgeInput> = {}): GateResult =>
    gateOf({
      ...run(Array<number>(n).fill(40), ['quality/facts.x, notWorseThan: baseline, margin: 2'], {
        metric: words,
      }),
      baselineSamples: records(Array<number>(n).fill(40 + drop)),
      baselineRequested: true,
      ...more,
    });
  expect(judged(2, 1)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /^all 2 differences are −1, and on a scale without known bounds 2 independent clusters cannot exclude a rare other one/,
    ),
  });
  expect(judged(2, 5).outcome).toBe('inconclusive');
  expect(judged(12, 0).outcome).toBe('inconclusive');
  expect(judged(12, 0, { sameModel: true }).outcome).toBe('pass');
  expect(judged(30, 0).outcome).toBe('pass');
  expect(judged(30, 5).outcome).toBe('fail');
});

test('a score with a unit has no bounds in a comparison either', () => {
  const judged = (more: Partial<MetricSpec>): GateResult =>
    gateOf({
      ...run(
        Array.from({ length: 12 }, (_, i) => 0.5 + 0.02 * (i % 3)),
        ['quality/facts.x, notWorseThan: baseline, margin: 0.04'],
        { metric: spec('x', 'mean', more) },
      ),
      baselineSamples: records(Array.from({ length: 12 }, (_, i) => 0.5 + 0.02 * (i % 4))),
      baselineRequested: true,
    });
  expect(judged({ unit: 's' }).reason).toContain(
    'cannot show how long the tail of a score without known bounds',
  );
  expect(judged({}).reason).not.toContain('tail');
});

test('holds a model against its baseline on the same samples, in three outcomes', () => {
  expect(gateOf(against(3, 5, 192, 0.05))).toMatchObject({
    outcome: 'pass',
    reason: '3 of 200 worse, 5 better, difference 0.01 [−0.0225, 0.0403], within margin 0.05 (p < 0.001)',
    baseline: 0.975,
  });
  expect(gateOf(against(40, 2, 158, 0.05))).toMatchObject({
    outcome: 'fail',
    reason: '40 of 200 worse, 2 better, difference −0.19 [−0.25, −0.132], beyond margin 0.05 (p < 0.001)',
  });
  expect(gateOf(against(12, 3, 185, 0.05))).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '12 of 200 worse, 3 better, difference −0.045 [−0.0836, −0.00724], so it is worse, by less than margin 0.05 ' +
      'or by more; about 24,000 more pairs would settle it with power 0.8 if this is the true difference',
  });
  expect(gateOf(against(9, 5, 186, 0.05)).reason).toMatch(
    /^9 of 200 worse, 5 better, difference −0\.02 \[−0\.\d+, 0\.\d+\], which could lie on either side of margin 0\.05; /,
  );
  expect(gateOf(against(12, 3, 185, 0.15))).toMatchObject({
    outcome: 'pass',
    reason: expect.stringMatching(/, so it is worse, but within margin 0\.15 \(p < 0\.001\)$/),
  });
});

test('turns the comparison where lower is better', () => {
  const lower = (worse: number, better: number) => {
    const input = against(better, worse, 200 - worse - better, 0.05);
    return gateOf({ ...input, tasks: [task(200, [lowRate])] });
  };
  expect(lower(40, 2)).toMatchObject({
    outcome: 'fail',
    reason: '40 of 200 worse, 2 better, difference 0.19 [0.132, 0.25], beyond margin 0.05 (p < 0.001)',
  });
  expect(lower(3, 5).outcome).toBe('pass');
});

test('shows the deciding interval on the scale of the metric', () => {
  const { value, baseline, low, high } = gateOf(against(40, 2, 158, 0.05));
  expect({ value, baseline }).toEqual({ value: 0.8, baseline: 0.99 });
  expect(low!).toBeCloseTo(0.99 - 0.2504, 3);
  expect(high!).toBeCloseTo(0.99 - 0.1322, 3);
});

test('does not take agreement on few samples for equality, unless the baseline is the very model', () => {
  expect(gateOf(against(0, 0, 40, 0.05))).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining(
      'all pairs are equal, but 40 independent ones cannot exclude a rare loss',
    ),
  });
  expect(gateOf(against(0, 0, 40, 0.05, { sameModel: true }))).toMatchObject({
    outcome: 'pass',
    reason: 'the baseline is this very model, and all 40 pairs are equal',
  });
  expect(gateOf(against(0, 0, 100, 0.05)).outcome).toBe('pass');
  // Sampling noise is no reason to wave a model through.
  expect(gateOf(against(40, 2, 158, 0.05, { sameModel: true })).outcome).toBe('fail');
});

test('needs stronger evidence to call one of many comparisons worse', () => {
  const scores = [...binary(20, 0), ...binary(0, 180)];
  const alone = against(20, 0, 180, 0.05);
  expect(gateOf(alone).outcome).toBe('fail');
  const names = Array.from({ length: 8 }, (_, i) => `y${i}`);
  const scored = (values: readonly number[], others: number) =>
    records(values).map((each) => ({
      ...each,
      scores: { ...each.scores, ...Object.fromEntries(names.map((name) => [name, others])) },
    }));
  const among = judge({
    ...alone,
    gates: gates(
      'quality/facts.x, notWorseThan: baseline, margin: 0.05',
      ...names.map((name) => `quality/facts.${name}, notWorseThan: baseline, margin: 0.05`),
    ),
    tasks: [task(200, [rate, ...names.map((name) => spec(name, 'mean'))])],
    samples: scored(scores, 0.5),
    baselineSamples: scored(binary(0, 200), 0.5),
  }).verdict;
  expect(among.gates[0]).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /beyond it alone \(p = 0.0\d+\) but not among 9 comparisons \(p = 0.\d+, Holm\)/,
    ),
  });
});
