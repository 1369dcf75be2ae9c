import { expect, test } from '@playwright/test';
import { scoreDefinitions } from '../../../../harness/metrics/score-definitions.ts';
import { alignLines, compareTexts } from '../../../../harness/score/compare-texts.ts';
import type { ScoreLine } from '../../../../harness/score/score-lines.ts';
import { pairedDifference } from '../../../../harness/stats/paired.ts';
import { differences, golden } from '../stats/golden.ts';

const named = (...names: readonly string[]) => scoreDefinitions.filter(({ name }) => names.includes(name));

const line = (hypothesis: string, reference: string, more: Partial<ScoreLine> = {}): ScoreLine => ({
  hypothesis,
  references: [reference],
  keywords: [],
  ...more,
});

test("gives sacrebleu's scores and p-values for both of its tests", async () => {
  const rows: Parameters<typeof differences>[0][number][] = [];
  for (const [at, { references, baseline, model, results }] of golden.corpusComparisons.entries()) {
    const lines = model.map((text, i) => line(text, references[i]!));
    const others = baseline.map((text, i) => line(text, references[i]!));
    const { comparison } = await compareTexts(
      lines,
      others,
      named('bleu', 'chrf'),
      {},
      {
        seed: 12345,
        bootstrapDraws: 300,
        randomisationDraws: 500,
      },
    );
    for (const { metric, kind, ...theirs } of results) {
      const ours = comparison[metric]!;
      const p = ours.p[kind === 'bs' ? 'bootstrap' : 'randomisation']!;
      const what = `corpus ${at} ${metric} ${kind}`;
      rows.push(
        { what: `${what} p`, ours: p, theirs: theirs.p },
        { what: `${what} model`, ours: ours.model.value!, theirs: theirs.value },
        { what: `${what} baseline`, ours: ours.baseline.value!, theirs: theirs.baseline },
      );
    }
  }
  expect(rows.length).toBe(36);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test("compares 0/1 scores by McNemar's test, and by permutation alone where lines are not independent", async () => {
  const answers = Array.from('11111111001100000000', (right) => (right === '1' ? 'Paris' : 'Rome'));
  const others = Array.from('11111111110011111111', (right) => (right === '1' ? 'Paris' : 'Rome'));
  const lines = (texts: readonly string[], cluster?: string) =>
    texts.map((text, i) =>
      line(text, 'Paris', cluster === undefined ? {} : { cluster: `${cluster}${i % 7}` }),
    );
  const compare = async (...sides: readonly [readonly ScoreLine[], readonly ScoreLine[]]) =>
    await compareTexts(...sides, named('exactMatch'), {}, { seed: 0 });
  const { comparison, tests } = await compare(lines(answers), lines(others));
  const found = comparison['exactMatch']!;
  expect(found.lines).toEqual({ lower: 10, higher: 2, equal: 8 });
  expect(found.difference.value).toBeCloseTo(-0.4, 12);
  // scipy.stats.binomtest(2, 12).pvalue, and that less the probability of 2
  expect(found.p['mcnemar']).toBeCloseTo(0.03857421875, 12);
  expect(found.p['mcnemarMidP']).toBeCloseTo(0.03857421875 - 66 / 4096, 12);
  expect(found.p['permutation']).toBeCloseTo(0.03857421875, 12);
  expect(Object.keys(tests).sort()).toEqual(['mcnemar', 'mcnemarMidP', 'permutation', 't']);

  const clustered = await compare(lines(answers, 'c'), lines(others, 'c'));
  expect(clustered.comparison['exactMatch']!.p).toMatchObject({ mcnemar: null, mcnemarMidP: null });
  expect(clustered.reasons).toContainEqual(
    expect.objectContaining({ metric: 'exactMatch', reason: expect.stringMatching(/independent lines/) }),
  );
});

test('compares means of line scores by the paired t test, on the lines that both have', async () => {
  const references = ['a b c d', 'e f g', 'h i j k', 'l m', 'n o p q r', 's t'];
  const model = ['a b c', 'e f g', 'h x', 'l m', 'n o', 's'];
  const baseline = ['a', 'e f', 'h i j k', 'x', 'n o p', 't s'];
  const lines = [...model.map((text, i) => line(text, references[i]!)), line('u', '', { references: [] })];
  const others = [
    ...baseline.map((text, i) => line(text, references[i]!)),
    line('v', '', { references: [] }),
  ];
  const { comparison, reasons } = await compareTexts(lines, others, named('tokenF1'), {}, { seed: 0 });
  const f1 = comparison['tokenF1']!;
  const [tokenF1] = named('tokenF1');
  const scores = (side: readonly ScoreLine[]) =>
    side.slice(0, 6).map((each) => tokenF1!.score(each, {}) as number);
  const { value, low, high, pNotWorse, pWorse } = pairedDifference(scores(lines), scores(others), {
    scale: 1,
  })!;
  expect(f1.n).toBe(6);
  expect(f1.difference).toEqual({ value, low, high });
  expect(f1.p['t']).toBe(2 * Math.min(pNotWorse, pWorse));
  expect(reasons).toContainEqual(expect.objectContaining({ metric: 'baseline.tokenF1', rows: [6] }));
});

test('finds a system equal to itself', async () => {
  const lines = ['a b', 'c d e', 'f'].map((text) => line(text, 'a c f'));
  const { comparison } = await compareTexts(
    lines,
    lines,
    named('bleu', 'tokenF1', 'exactMatch'),
    {},
    { seed: 1 },
  );
  for (const { difference, p } of Object.values(comparison)) {
    expect(difference.value).toBe(0);
    for (const each of Object.values(p)) expect(each).toBe(1);
  }
});

test('takes nothing of the first answer for the second', async () => {
  const own = { logprobs: [-1, -2], confidence: 0.9, correct: true, samples: 2, passed: 2, human: 5 };
  const lines = [line('a', 'x', own), line('b', 'y', own)];
  const others = alignLines(lines, [line('p', 'x'), line('q', 'y')]);
  for (const other of others) for (const field of Object.keys(own)) expect(other).not.toHaveProperty(field);
  const definitions = scoreDefinitions.filter(({ name }) => name === 'perplexity');
  const { comparison } = await compareTexts(lines, others, definitions, {}, { seed: 1 });
  expect(comparison['perplexity']).toMatchObject({ n: 0, baseline: { value: null } });
});

test('takes from the first system what the second leaves out, and refuses what contradicts it', () => {
  const lines = [line('a', 'x', { id: '1' }), line('b', 'y', { id: '2', cluster: 'c' })];
  const [, second] = alignLines(lines, [
    { hypothesis: 'p', references: [], keywords: [] },
    { hypothesis: 'q', references: ['y'], keywords: [], id: '2' },
  ]);
  expect(second).toEqual({ hypothesis: 'q', references: ['y'], keywords: [], id: '2', cluster: 'c' });
  expect(() => alignLines(lines, [lines[0]!])).toThrow(/2 on standard input, 1 in the other file/);
  expect(() => alignLines(lines, [lines[1]!, lines[0]!])).toThrow(/line 1: id and references and cluster/);
});
