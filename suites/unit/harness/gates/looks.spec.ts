import { expect, test } from '@playwright/test';
import { uniform } from '../../../../engine/training/random.ts';
import { judge } from '../../../../harness/gates/judge.ts';
import { gateLook, levelAt } from '../../../../harness/gates/looks.ts';
import { pairedDifference } from '../../../../harness/stats/paired.ts';
import type { Looks } from '../../../../reports/report-data.ts';
import { binary, record, run, spec } from './records.ts';

const rate = spec('x', 'proportion');

function looks(look: 1 | 2, first: number, second: number): Looks {
  return {
    look,
    spending: 'obrien-fleming',
    first: { limit: first, repeats: 1 },
    second: { limit: second, repeats: 1 },
    parts: [{ task: 'quality/facts', tag: null, first, second, fraction: first / second }],
  };
}

test('splits alpha between the looks, and leaves what has one look the whole', () => {
  for (const fraction of [0.01, 0.19, 0.2, 0.5, 0.9, 0.99, 0.999]) {
    const first = levelAt(0.025, { look: 1, fraction });
    const second = levelAt(0.025, { look: 2, fraction });
    expect(first.alpha, String(fraction)).toBeGreaterThan(0);
    expect(first.spent, String(fraction)).toBe(first.alpha);
    expect(second.spent, String(fraction)).toBe(0.025);
    // Each look alone errs less often than both may; both levels together cover it.
    expect(second.alpha, String(fraction)).toBeLessThan(0.025);
    expect(first.alpha + second.alpha, String(fraction)).toBeGreaterThanOrEqual(0.025 - 1e-12);
  }
  // O'Brien-Fleming at half of the information: 0.0015 and 0.0245 (Jennison & Turnbull 2000, table 7.3 has 2.963, 1.969).
  expect(levelAt(0.025, { look: 1, fraction: 0.5 }).alpha).toBeCloseTo(0.001525, 6);
  expect(levelAt(0.025, { look: 2, fraction: 0.5 }).alpha).toBeCloseTo(0.0245, 4);
  expect(levelAt(0.025, null)).toEqual({ alpha: 0.025, spent: 0.025 });
  expect(gateLook(undefined, 'quality/facts', undefined)).toBeNull();
  expect(gateLook(looks(1, 80, 80), 'quality/facts', undefined)).toBeNull();
  expect(gateLook(looks(1, 80, 160), 'quality/facts', 'safe')).toBeNull();
  expect(gateLook(looks(1, 80, 160), 'quality/facts', undefined)).toEqual({ look: 1, fraction: 0.5 });
});

test('holds a gate against the level of its look, and says which it was', () => {
  const rule = ['quality/facts.x, atLeast: 0.75'];
  const one = run(binary(34, 166), rule, { metric: rate });
  expect(judge(one).verdict.gates[0]).toMatchObject({ outcome: 'pass', alpha: expect.closeTo(0.025) });
  const first = judge({ ...one, looks: looks(1, 200, 400), limit: 200 }).verdict;
  expect(first).toMatchObject({
    outcome: 'inconclusive',
    look: { look: 1, alphaSpent: expect.closeTo(0.001525, 5), alpha: expect.closeTo(0.025) },
    sentence: expect.stringContaining('; first of two looks, limited to 200 samples a task.'),
  });
  expect(first.gates[0]).toMatchObject({
    alpha: expect.closeTo(0.001525, 5),
    reason: expect.stringContaining(
      'the interval holds 0.75; the second look, declared before the first, is still to come (first of two looks, alpha 0.0015)',
    ),
  });
  const second = judge({
    ...run(binary(68, 332), rule, { metric: rate }),
    looks: looks(2, 200, 400),
  }).verdict;
  expect(second).toMatchObject({ outcome: 'pass', look: { look: 2, alphaSpent: expect.closeTo(0.025) } });
  expect(second.gates[0]!.reason).toContain('is at least 0.75 (second of two looks, alpha 0.024)');
  // What the second look adds nothing to is final at the first.
  const final = judge({ ...one, looks: looks(1, 200, 200) }).verdict.gates[0]!;
  expect(final).toMatchObject({ outcome: 'pass', alpha: expect.closeTo(0.025) });
});

test('a model worse by the margin passes two looks no more often than one look may', () => {
  const random = uniform(7);
  const trials = 3000;
  let [early, either, naive] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    // Per pair a loss of one with chance 0.2, a gain with 0.15: worse by 0.05, the margin.
    const values = Array.from({ length: 160 }, () => {
      const u = random();
      return u < 0.2 ? -1 : u < 0.35 ? 1 : 0;
    });
    const p = [80, 160].map((n) => {
      const part = values.slice(0, n);
      const options = { margin: 0.05, scale: 1, skewCorrection: true };
      return pairedDifference(part, Array<number>(n).fill(0), options)!.pNotWorse;
    });
    const at = ([1, 2] as const).map((look) => levelAt(0.025, { look, fraction: 0.5 }).alpha);
    const [first, second] = [p[0]! <= at[0]!, p[1]! <= at[1]!];
    early += first ? 1 : 0;
    either += first || second ? 1 : 0;
    naive += p.some((each) => each <= 0.025) ? 1 : 0;
  }
  expect(early / trials).toBeLessThan(0.005);
  expect(either / trials).toBeLessThan(0.025 + 2.6 * Math.sqrt((0.025 * 0.975) / trials));
  // Two looks that each take the whole of alpha do inflate it.
  expect(naive).toBeGreaterThan(1.2 * either);
});

test('calls one of several comparisons worse at a look by the level of its step in Holm’s procedure', () => {
  const names = ['x', 'y', 'z'];
  const scored = (lost: number) =>
    Array.from({ length: 200 }, (_, i) => record(i, { scores: { x: i < lost ? 0 : 1, y: 1, z: 1 } }));
  const outcome = (lost: number, plan?: Looks) =>
    judge({
      ...run(
        Array<number>(200).fill(1),
        names.map((name) => `quality/facts.${name}, notWorseThan: baseline, margin: 0.05`),
        { baselineSamples: scored(0), baselineRequested: true, samples: scored(lost) },
      ),
      tasks: [
        {
          ...run(Array<number>(200).fill(1), ['quality/facts.x, atLeast: 0']).tasks[0]!,
          metrics: names.map((name) => spec(name, 'proportion')),
        },
      ],
      ...(plan && { looks: plan }),
    }).verdict.gates[0]!.outcome;
  const failsFrom = (plan?: Looks): number =>
    Array.from({ length: 60 }, (_, lost) => lost).find((lost) => outcome(lost, plan) === 'fail')!;
  const alone = failsFrom();
  const first = failsFrom(looks(1, 200, 400));
  expect(first).toBeGreaterThan(alone);
  expect(failsFrom(looks(2, 100, 200))).toBeLessThan(first);
});
