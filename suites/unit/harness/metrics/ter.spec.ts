import { expect, test } from '@playwright/test';
import {
  calculateTer,
  terCounts,
  terFromCounts,
  terSignature,
  type TerOptions,
} from '../../../../harness/metrics/ter.ts';
import { abstract, differences, goldenVectors } from './golden-vectors.ts';

interface Segment {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

const golden = goldenVectors<{
  readonly sentences: readonly (Segment & {
    readonly options: TerOptions;
    readonly score: number;
    readonly signature: string;
  })[];
  readonly corpora: readonly {
    readonly segments: readonly Segment[];
    readonly options: TerOptions;
    readonly score: number;
  }[];
}>('ter');

test('agrees with sacrebleu on sentences, in score and signature', () => {
  const rows = golden.sentences.map((row) => ({
    what: `${JSON.stringify(row.options)} ${abstract(row)}`,
    ours: calculateTer(row.hypothesis, row.references, row.options),
    theirs: row.score,
  }));
  expect(rows.length).toBeGreaterThan(200);
  expect(differences(rows, 1e-9)).toEqual([]);
  for (const row of golden.sentences) {
    expect(terSignature([row.references], row.options)).toBe(`${row.signature}|harness:2`);
  }
});

test('agrees with sacrebleu on corpora: edits and lengths add up, scores do not', () => {
  const rows = golden.corpora.map(({ segments, options, score }) => {
    const counts = segments.map((each) => terCounts(each.hypothesis, each.references, options));
    const sum = {
      edits: counts.reduce((total, each) => total + each.edits, 0),
      referenceLength: counts.reduce((total, each) => total + each.referenceLength, 0),
    };
    return { what: abstract(segments[0]!), ours: terFromCounts(sum), theirs: score };
  });
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('counts a moved run of words as one edit', () => {
  expect(terCounts('d e f a b c', 'a b c d e f')).toEqual({ edits: 1, referenceLength: 6 });
});

test('takes a reference through the tokenizer twice, as sacrebleu does', () => {
  // sacrebleu 2.6.0: TER(normalized=True).sentence_score(hypothesis, [reference])
  const normalized = { normalized: true };
  expect(calculateTer("it's\tzoo", "it's\tzoo", normalized)).toBeCloseTo(200 / 3, 9);
  expect(calculateTer("it's zoo", "it's\tzoo", normalized)).toBe(0);
  expect(calculateTer("it's\tzoo", "it's\tzoo")).toBe(0);
});
