import { expect, test } from '@playwright/test';
import { answerWords, exactMatch, tokenF1 } from '../../../../harness/metrics/answer-match.ts';
import { abstract, differences, goldenVectors } from './golden-vectors.ts';

const golden = goldenVectors<{
  readonly cases: readonly {
    readonly hypothesis: string;
    readonly references: readonly string[];
    readonly exactMatch: number;
    readonly tokenF1: number;
  }[];
}>('answer-match');

test("agrees with transformers' SQuAD metrics", () => {
  const rows = golden.cases.flatMap((row) => [
    {
      what: `exact match ${abstract(row)}`,
      ours: exactMatch(row.hypothesis, row.references),
      theirs: row.exactMatch,
    },
    { what: `token F1 ${abstract(row)}`, ours: tokenF1(row.hypothesis, row.references), theirs: row.tokenF1 },
  ]);
  expect(rows.length).toBeGreaterThan(500);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('removes articles only as whole words of any script', () => {
  expect(answerWords('The theatre, an apple and a caña: the٣ _the_')).toEqual([
    'theatre',
    'apple',
    'and',
    'caña',
    'the٣',
  ]);
});

test('lets two empty answers agree and an empty one fail against any other', () => {
  expect([tokenF1('The!', ''), tokenF1('', 'x'), tokenF1('x', 'a')]).toEqual([1, 0, 0]);
});
