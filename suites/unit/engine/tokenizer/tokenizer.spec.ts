import { expect, test } from '@playwright/test';
import { createTokenizer } from '../../../../engine/tokenizer/tokenizer.ts';

const letters = ['a', 'b', '1', '2', 'Â½', 'Â', '½', '12', 'ab', 'a1'];

function tokenizer(preTokenizers: readonly object[]) {
  return createTokenizer({
    tokenizerJson: {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [...preTokenizers, { type: 'ByteLevel', add_prefix_space: false, use_regex: false }],
      },
      post_processor: null,
      decoder: { type: 'ByteLevel' },
      model: {
        type: 'BPE',
        vocab: Object.fromEntries(letters.map((letter, id) => [letter, id])),
        // "Â½" is the two bytes of ½.
        merges: [
          ['Â', '½'],
          ['a', '1'],
          ['a', 'b'],
          ['1', '2'],
        ],
      },
    },
    tokenizerConfig: {},
  });
}

const pieces = (text: string, ...preTokenizers: object[]) =>
  tokenizer(preTokenizers)
    .encode(text)
    .map((id) => letters[id]);

test('splits at every numeric character, as the reference tokenizer does', () => {
  const digits = (individual: boolean) => ({ type: 'Digits', individual_digits: individual });
  expect(pieces('a12')).toEqual(['a1', '2']);
  expect(pieces('a12', digits(false))).toEqual(['a', '12']);
  expect(pieces('a12', digits(true))).toEqual(['a', '1', '2']);
  expect(pieces('a½ab', digits(true))).toEqual(['a', 'Â½', 'ab']);
});

test('says what is wrong with files that describe no tokenizer', () => {
  for (const tokenizerJson of [{}, { model: null }, { model: { type: 'Unheard' } }]) {
    expect(() => createTokenizer({ tokenizerJson, tokenizerConfig: {} })).toThrow(
      expect.objectContaining({ code: 'E_TOKENIZER_INVALID' }),
    );
  }
});

test('finds ids by token', () => {
  expect(tokenizer([]).idOf('ab')).toBe(8);
  expect(tokenizer([]).idOf('absent')).toBeNull();
});

test("splits at the white space of Unicode, not of JavaScript, and reads a byte order mark's bytes back", () => {
  const bytes = ['<0xEF>', '<0xBB>', '<0xBF>'];
  const vocab = Object.fromEntries(['a', 'b\ufeffc', '?', ...bytes].map((token, id) => [token, id]));
  const created = createTokenizer({
    tokenizerJson: {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: '\\s+' }, behavior: 'Removed', invert: false },
      post_processor: null,
      decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] },
      model: { type: 'WordLevel', vocab, unk_token: '?' },
    },
    tokenizerConfig: {},
  });
  // U+0085 is white space to Unicode alone, U+FEFF to JavaScript alone.
  expect(created.encode('a\u0085b\ufeffc')).toEqual([0, 1]);
  expect(created.decode([3, 4, 5, 0])).toBe('\ufeffa');
});
