import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { createTokenizer } from '../../../../engine/tokenizer/tokenizer.ts';
import { trainBpe } from '../../../../engine/tokenizer/train-bpe.ts';
import {
  createChatTokenizer,
  endTokenId,
  padTokenId,
  specialTokens,
} from '../../../../engine/training/chat-format.ts';

interface GoldenBpe {
  tool: string;
  corpus: string[];
  vocabSize: number;
  specialTokens: string[];
  vocab: Record<string, number>;
  merges: [string, string][];
  encodings: { text: string; ids: number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/golden/training/bpe.json', import.meta.url), 'utf8'),
) as GoldenBpe;

const learn = (texts: Iterable<string>, vocabSize = golden.vocabSize) =>
  trainBpe(texts, { vocabSize, specialTokens: golden.specialTokens });

const tokenizerOf = (tokenizerJson: Record<string, unknown>) =>
  createTokenizer({ tokenizerJson, tokenizerConfig: {} });

test("learns the merges and ids of Hugging Face's trainer", () => {
  expect(learn(golden.corpus)['model']).toMatchObject({ vocab: golden.vocab, merges: golden.merges });
});

test('encodes as Python does, and decodes back', () => {
  const tokenizer = tokenizerOf(learn(golden.corpus));
  for (const { text, ids } of golden.encodings) {
    expect(tokenizer.encode(text, false), JSON.stringify(text)).toEqual(ids);
    expect(tokenizer.decode(ids, true)).toBe(text);
  }
});

test('gives the special tokens the first ids, in their order', () => {
  const { tokenizerJson } = createChatTokenizer(['a b'], { vocabSize: 300, maxPositions: 16 });
  const tokenizer = tokenizerOf(tokenizerJson);
  expect(specialTokens.map((token) => tokenizer.idOf(token))).toEqual([0, 1, 2, 3, 4]);
  expect([padTokenId, endTokenId]).toEqual([0, 4]);
  expect(tokenizer.encode('<|user|><|end|>', false)).toEqual([1, 4]);
});

test('is no larger than asked for, and stops when no pair stands twice', () => {
  expect(tokenizerOf(learn(golden.corpus, 300)).vocabSize).toBe(300);
  // "aaaa" twice: aa, then aaaa; nothing is left to merge.
  expect(learn(['aaaa', 'aaaa'])['model']).toMatchObject({
    merges: [
      ['a', 'a'],
      ['aa', 'aa'],
    ],
  });
  expect(learn(['abc'])['model']).toMatchObject({ merges: [] });
  expect(tokenizerOf(learn([])).vocabSize).toBe(261);
});

test('reads any bytes back, those of scripts it never saw included', () => {
  const tokenizer = tokenizerOf(learn(['only ascii here']));
  for (const text of ['漢字かな', 'ελληνικά', '🦜', '\u0000\u001f\u007f']) {
    expect(tokenizer.decode(tokenizer.encode(text, false))).toBe(text);
  }
});
