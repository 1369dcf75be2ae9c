import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { tokenBytes } from '../../../../engine/tokenizer/token-bytes.ts';
import { createTokenizer } from '../../../../engine/tokenizer/tokenizer.ts';

const read = (path: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../fixtures/${path}/tokenizer.json`, import.meta.url), 'utf8'),
  ) as {
    added_tokens: { id: number }[];
  } & Record<string, unknown>;

const pieces = ['<unk>', '<s>', '</s>', '<0x0A>', '<0xC3>', '<0xA9>', '▁', 'a', 'b', '▁a', 'é', '▁▁b'];

/** As a Llama tokenizer is described. */
const sentencePiece = {
  version: '1.0',
  added_tokens: [0, 1, 2].map((id) => ({
    id,
    content: pieces[id],
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    merges: [],
    unk_token: '<unk>',
    byte_fallback: true,
    fuse_unk: true,
  },
};

test('the bytes of tokens are what the tokenizer decodes them to', () => {
  for (const tokenizerJson of [read('models/tiny-chat'), read('golden/engine/tiny-untied'), sentencePiece]) {
    const tokenizer = createTokenizer({ tokenizerJson, tokenizerConfig: {} });
    const bytes = tokenBytes({ tokenizerJson, tokenizerConfig: {} })!;
    expect(bytes).toHaveLength(tokenizer.vocabSize);
    const added = tokenizerJson.added_tokens.map(({ id }) => id);
    expect(added.filter((id) => bytes[id] !== null)).toEqual([]);
    const before = tokenizer.encode('a', false);
    const wrong = bytes.flatMap((each, id) => {
      if (each === null) return [];
      const text = tokenizer.decode([...before, id], true).slice(1);
      const own = new TextDecoder('utf-8', { ignoreBOM: true }).decode(each);
      return text === own ? [] : [[id, text, own]];
    });
    expect(wrong).toEqual([]);
  }
});

test('a tokenizer of another kind has no bytes', () => {
  const tokenizerJson = { decoder: { type: 'WordPiece' }, model: { vocab: { a: 0 } } };
  expect(tokenBytes({ tokenizerJson, tokenizerConfig: {} })).toBeNull();
});
