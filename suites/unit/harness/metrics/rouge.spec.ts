import { expect, test } from '@playwright/test';
import { porterStem } from '../../../../harness/metrics/porter-stemmer.ts';
import {
  calculateRouge,
  rougeSignature,
  rougeTypes,
  type RougeType,
} from '../../../../harness/metrics/rouge.ts';
import { abstract, differences, goldenVectors } from './golden-vectors.ts';

const golden = goldenVectors<{
  readonly cases: readonly ({
    readonly hypothesis: string;
    readonly references: readonly string[];
    readonly options: { readonly stem: boolean };
  } & Readonly<Record<RougeType, readonly [precision: number, recall: number, f1: number]>>)[];
  readonly stems: readonly (readonly [word: string, stem: string])[];
}>('rouge');

test('agrees with rouge_score in precision, recall and F1 of every type', () => {
  const rows = golden.cases.flatMap((row) => {
    const ours = calculateRouge(row.hypothesis, row.references, row.options);
    return rougeTypes.flatMap((type) => [
      { what: `${type} precision ${abstract(row)}`, ours: ours[type].precision, theirs: row[type][0] },
      { what: `${type} recall ${abstract(row)}`, ours: ours[type].recall, theirs: row[type][1] },
      { what: `${type} F1 ${abstract(row)}`, ours: ours[type].f1, theirs: row[type][2] },
    ]);
  });
  expect(golden.cases.length).toBeGreaterThan(300);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('stems as NLTK does in its extended mode', () => {
  expect(golden.stems.length).toBeGreaterThan(1000);
  expect(golden.stems.filter(([word, stem]) => porterStem(word) !== stem)).toEqual([]);
});

test('scores a text without ASCII words 0', () => {
  expect(calculateRouge('今天天气很好', '今天天气很好').rougeL.f1).toBe(0);
});

test('takes the best F1 of several references for each type by itself', () => {
  const scores = calculateRouge('a b c d', ['d c b a', 'a b x y']);
  expect(scores.rouge1.f1).toBe(1);
  expect(scores.rouge2.f1).toBeCloseTo(1 / 3, 12);
});

test('computes only the types asked for', () => {
  expect(calculateRouge('a b', 'a b', { types: ['rouge2'] })).toMatchObject({
    rouge1: { f1: 0 },
    rouge2: { f1: 1 },
  });
});

test('names its options in the signature', () => {
  expect(rougeSignature('rougeL', [['a', 'b'], ['a']], { stem: true })).toBe(
    'rougeL|nrefs:var|stem:yes|version:rouge_score-0.1.2|harness:2',
  );
});
