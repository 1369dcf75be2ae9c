import { expect, test } from '@playwright/test';
import { MersenneTwister } from '../../../../harness/data/random.ts';
import { tokenNumbers13a } from '../../../../harness/metrics/bleu-13a.ts';
import { bleuTokenizers, type BleuTokenizer } from '../../../../harness/metrics/bleu-tokenizers.ts';
import {
  bleuSignature,
  calculateBleu,
  corpusBleu,
  sentenceBleu,
  type BleuOptions,
} from '../../../../harness/metrics/bleu.ts';
import { trimEnd } from '../../../../harness/metrics/python-text.ts';
import { TokenNumbers } from '../../../../harness/metrics/token-numbers.ts';
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
      `${row.signature}|harness:2`,
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
      `${row.signature}|harness:2`,
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
    'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|order:2|version:2.6.0|harness:2',
  );
});

test('reads 13a in one pass as its patterns do', () => {
  const random = new MersenneTwister(13);
  const parts = 'a B é 1 23 . , - ! ? & &amp; < <skipped> s \' " ( / … ． 。 😀 ... 1.5 a. .5 -\n'.split(' ');
  parts.push(' ', '\n', '\t', '\u00a0', '\u0301', '\ud83d');
  const numbers = new TokenNumbers();
  const wrong = Array.from({ length: 5000 }, () => {
    const drawn = Array.from({ length: random.below(30) }, () => random.choice(parts));
    return trimEnd(drawn.join(random.chance(0.5) ? '' : ' '));
  }).filter((line) => {
    const tokens = tokenNumbers13a(line, numbers).map((each) => numbers.token(each));
    return tokens.join('\n') !== bleuTokenizers['13a'](line).join('\n');
  });
  expect(wrong).toEqual([]);
});

test('gives equal tokens one number and others another, whatever their hashes, until they have become many', () => {
  const numbers = new TokenNumbers();
  const words = Array.from({ length: 20_000 }, (_, at) => `w${at % 10_000}`);
  const given = numbers.ofAll(words);
  expect(new Set(given).size).toBe(10_000);
  expect(given.slice(0, 10_000)).toEqual(given.slice(10_000));
  expect(numbers.token(given[1234]!)).toBe('w1234');
  expect(numbers.tidy().epoch).toBe(0);
  numbers.ofAll(['x'.repeat(1_000_001)]);
  expect(numbers.tidy()).toMatchObject({ epoch: 1, size: 0 });
});
