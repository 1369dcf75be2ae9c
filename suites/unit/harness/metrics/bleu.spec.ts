import { expect, test } from '@playwright/test';
import { bleuTokenizers, type BleuTokenizer } from '../../../../harness/metrics/bleu-tokenizers.ts';
import {
  bleuSignature,
  calculateBleu,
  corpusBleu,
  sentenceBleu,
  type BleuOptions,
} from '../../../../harness/metrics/bleu.ts';
import { abstract, differences, goldenVectors } from './golden-vectors.ts';

interface Expected {
  readonly options: BleuOptions;
  readonly score: number;
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  readonly hypothesisLength: number;
  readonly referenceLength: number;
  readonly signature: string;
}
interface Segment {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

const golden = goldenVectors<{
  readonly sentences: readonly (Segment & Expected)[];
  readonly corpora: readonly (Expected & { readonly segments: readonly Segment[] })[];
  readonly tokenizers: Readonly<Record<BleuTokenizer, readonly (readonly [string, readonly string[]])[]>>;
}>('bleu');

const NUMBERS = ['score', 'brevityPenalty', 'hypothesisLength', 'referenceLength'] as const;

test('agrees with sacrebleu on sentences, in score, precisions, lengths and signature', () => {
  const rows = golden.sentences.flatMap((row) => {
    const ours = sentenceBleu(row.hypothesis, row.references, row.options);
    expect(bleuSignature([row.references], row.options, 'sentence').replace(/\|order:\d+/, '')).toBe(
      `${row.signature}|harness:1`,
    );
    return [
      ...NUMBERS.map((name) => ({ what: `${name} ${abstract(row)}`, ours: ours[name], theirs: row[name] })),
      ...row.precisions.map((theirs, at) => ({
        what: `precision ${at + 1} ${abstract(row)}`,
        ours: ours.precisions[at]!,
        theirs,
      })),
    ];
  });
  expect(golden.sentences.length).toBeGreaterThan(400);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('agrees with sacrebleu on corpora', () => {
  const rows = golden.corpora.flatMap((row) => {
    const ours = corpusBleu(row.segments, row.options);
    const references = row.segments.map((each) => each.references);
    expect(bleuSignature(references, row.options).replace(/\|order:\d+/, '')).toBe(
      `${row.signature}|harness:1`,
    );
    return NUMBERS.map((name) => ({ what: abstract(row.segments[0]!), ours: ours[name], theirs: row[name] }));
  });
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('tokenizes as sacrebleu does', () => {
  for (const [name, rows] of Object.entries(golden.tokenizers)) {
    for (const [text, tokens] of rows)
      expect(bleuTokenizers[name as BleuTokenizer](text), name).toEqual(tokens);
  }
});

test('takes the closest reference length, the shorter one on a tie', () => {
  const lengths = (references: readonly string[]) => sentenceBleu('a b c', references).referenceLength;
  expect(lengths(['a b c d', 'a b'])).toBe(2);
  expect(lengths(['a b', 'a b c d'])).toBe(2);
  expect(lengths(['a', 'a b c d', 'a b c d e f'])).toBe(4);
});

test('is no mean of sentence scores on a corpus', () => {
  const segments = [
    { hypothesis: 'the cat sat on the mat', references: 'the cat sat on the mat' },
    { hypothesis: 'a dog', references: 'some dogs ran away' },
  ];
  // Matches 6, 5, 4, 3 of 8, 6, 4, 3 n-grams; 8 words against 10. The mean of the sentences is 50.
  expect(corpusBleu(segments).score).toBeCloseTo(100 * Math.exp(1 - 10 / 8) * (0.75 * (5 / 6)) ** 0.25, 9);
  expect(calculateBleu(segments[0]!.hypothesis, segments[0]!.references)).toBeCloseTo(100, 9);
  expect(calculateBleu(segments[1]!.hypothesis, segments[1]!.references)).toBe(0);
});

test('refuses a text without a reference', () => {
  expect(() => calculateBleu('a', [])).toThrow('no reference');
});

test('says another order than four in the signature, as sacrebleu does not', () => {
  expect(bleuSignature([['a']], { maxOrder: 2 })).toBe(
    'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|order:2|version:2.6.0|harness:1',
  );
});
