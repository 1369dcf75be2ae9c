import { expect, test } from '@playwright/test';
import { judgeReport, type JudgedItem } from '../../../../harness/judge/judge-report.ts';
import { proportionInterval } from '../../../../harness/stats/proportion.ts';
import { roganGladen } from '../../../../harness/stats/rogan-gladen.ts';

const cost = { calls: 3, promptTokens: 30, completionTokens: 3 };
const rubric = { mode: 'rubric', cost, seed: 1 } as const;

const item = (votes: readonly number[], human?: number): JudgedItem => ({
  judgement: { score: votes.reduce((sum, vote) => sum + vote, 0) / votes.length, votes },
  error: null,
  ...(human !== undefined && { human }),
});
const failed = (error: string): JudgedItem => ({ judgement: null, error });
const lowOf = (ones: number, n: number) =>
  proportionInterval(Array.from({ length: n }, (_, at) => (at < ones ? 1 : 0)))!.low;
const repeat = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

test('counts errors by their code, apart from judgements, and says what all of it cost', () => {
  const report = judgeReport([item([4]), failed('E_JUDGE_FAILED'), failed('E_JUDGE_FAILED')], rubric);
  expect(report).toEqual({ judged: 1, errors: { E_JUDGE_FAILED: 2 }, cost });
  expect(judgeReport([failed('E_JUDGE_INPUT')], { ...rubric, passFrom: 3 })).toMatchObject({ judged: 0 });
});

test('compares votes with one another and with people', () => {
  const items = [item([1, 2], 1), item([5, 5], 5), item([3, 3], 2), item([2, 2])];
  const report = judgeReport(items, rubric);
  expect(report.votes!.alpha).toMatchObject({ n: 4, value: expect.closeTo(16 / 17, 9) });
  // 1.5 is two of five, a person's 1 is not.
  expect(report.human!.same).toMatchObject({ value: expect.closeTo(1 / 3, 12), n: 3 });
  expect(report.human!.kappa.value).toBeGreaterThan(0.8);
});

test("corrects the rate of passes for the judge's errors, and says why where it cannot", () => {
  // 40 good of which it finds 36, 60 bad of which it passes 12; 100 more without a label, 50 of them passed.
  const items = [
    ...repeat(36, () => item([4], 5)),
    ...repeat(4, () => item([2], 5)),
    ...repeat(12, () => item([4], 1)),
    ...repeat(48, () => item([2], 1)),
    ...repeat(50, () => item([4])),
    ...repeat(50, () => item([1])),
  ];
  const passes = judgeReport(items, { ...rubric, passFrom: 3 }).passes!;
  const expected = roganGladen(
    { successes: 98, trials: 200 },
    { successes: 36, trials: 40 },
    { successes: 48, trials: 60 },
  );
  expect(passes.corrected).toMatchObject({ value: expect.closeTo((0.49 + 0.8 - 1) / 0.7, 12) });
  expect(passes.corrected).toMatchObject({ low: (expected as { low: number }).low });
  expect(passes.apparent).toMatchObject({ value: 0.49, low: lowOf(98, 200) });
  expect(passes.sensitivity).toMatchObject({ value: 0.9, n: 40 });
  expect(passes.specificity).toMatchObject({ value: 0.8, n: 60 });
  const unlabelled = judgeReport([item([4]), item([2], 1)], { ...rubric, passFrom: 3 }).passes!;
  expect(unlabelled.corrected).toEqual({ value: null, reason: "no line has a person's label that passes" });
});

test('shows the bias of a judge that goes by the place', () => {
  const pair = (inconsistency: 'first' | 'unstable' | null): JudgedItem => ({
    judgement: { score: 0.5, votes: [0.5], inconsistencies: [inconsistency] },
    error: null,
  });
  const report = judgeReport(
    [...repeat(6, () => pair('first')), pair('unstable'), ...repeat(3, () => pair(null))],
    {
      ...rubric,
      mode: 'pairwise',
    },
  );
  expect(report.position).toMatchObject({
    first: 6,
    second: 0,
    unstable: 1,
    inconsistent: { value: 0.7, low: lowOf(7, 10), n: 10 },
  });
});
