import { expect, test } from '@playwright/test';
import { tokenizerFilesFromGguf } from '../../../../engine/tokenizer/gguf-tokenizer.ts';
import llama from '../../../../fixtures/golden/engine/llama_vocabulary.json' with { type: 'json' };
import { createTokenizer } from '../../../../engine/tokenizer/tokenizer.ts';

const tokens = ['<s>', '</s>', '<tool>', 'a', 'b', 'ab', '1', '2', '12', 'Ġ', 'Ġ1', 'ĠĠ', 'abb'];
const metadata = {
  'tokenizer.ggml.model': 'gpt2',
  'tokenizer.ggml.pre': 'smollm',
  'tokenizer.ggml.tokens': tokens,
  'tokenizer.ggml.token_type': tokens.map((_, id) => (id < 2 ? 3 : id === 2 ? 4 : 1)),
  'tokenizer.ggml.merges': ['a b', '1 2', 'Ġ 1', 'Ġ Ġ'],
  'tokenizer.ggml.bos_token_id': 0,
  'tokenizer.ggml.eos_token_id': 1,
};

function encoded(text: string, changes: Record<string, unknown> = {}): string[] {
  const tokenizer = createTokenizer(tokenizerFilesFromGguf({ ...metadata, ...changes }));
  return tokenizer.encode(text).map((id) => tokens[id]!);
}

test('splits as the rule named in the file says', () => {
  const rules: Record<string, string[]> = {
    smollm: ['ab', '1', '2', 'Ġ', '1'],
    'gpt-2': ['ab', '12', 'Ġ1'],
    'llama-bpe': ['<s>', 'ab', '12', 'Ġ', '1'],
  };
  for (const [rule, expected] of Object.entries(rules)) {
    expect(encoded('ab12 1', { 'tokenizer.ggml.pre': rule }), rule).toEqual(expected);
  }
});

test('takes whole words of the vocabulary without merges only under Llama 3', () => {
  expect(encoded('abb')).toEqual(['ab', 'b']);
  expect(encoded('abb', { 'tokenizer.ggml.pre': 'llama-bpe' })).toEqual(['<s>', 'abb']);
});

test('adds a begin token where the file says so', () => {
  expect(encoded('a', { 'tokenizer.ggml.add_bos_token': true })).toEqual(['<s>', 'a']);
  expect(encoded('a', { 'tokenizer.ggml.add_bos_token': false, 'tokenizer.ggml.pre': 'llama-bpe' })).toEqual([
    'a',
  ]);
});

test('reads control and user-defined tokens as one token, and writes only the latter', () => {
  expect(encoded('a</s><tool>b')).toEqual(['a', '</s>', '<tool>', 'b']);
  const tokenizer = createTokenizer(tokenizerFilesFromGguf(metadata));
  expect(tokenizer.decode([3, 1, 2, 4])).toBe('a<tool>b');
});

test('names the special tokens for chat templates', () => {
  expect(tokenizerFilesFromGguf(metadata).tokenizerConfig).toMatchObject({
    bos_token: '<s>',
    eos_token: '</s>',
  });
});

const sentencePiece = {
  'tokenizer.ggml.model': 'llama',
  'tokenizer.ggml.tokens': llama.tokens,
  'tokenizer.ggml.scores': llama.scores,
  'tokenizer.ggml.token_type': llama.types,
  'tokenizer.ggml.bos_token_id': 1,
  'tokenizer.ggml.unknown_token_id': 0,
};

test('encodes and decodes 1,000 strings by a SentencePiece vocabulary as transformers does', () => {
  const plain = { ...sentencePiece, 'tokenizer.ggml.add_bos_token': false };
  const tokenizer = createTokenizer(tokenizerFilesFromGguf(plain));
  const decoded = new Map(llama.decoded as [number, string][]);
  const differing = llama.strings.flatMap((text, index) => {
    const ids = tokenizer.encode(text);
    const expected = llama.ids[index]!.split(' ').filter(Boolean).map(Number);
    const written = decoded.get(index) ?? text;
    const isEqual = ids.join() === expected.join() && tokenizer.decode(ids) === written;
    return isEqual ? [] : [{ text, ids, expected, decoded: tokenizer.decode(ids), written }];
  });
  expect(differing).toEqual([]);
  expect(llama.strings).toHaveLength(1000);
  const begun = createTokenizer(tokenizerFilesFromGguf(sentencePiece));
  expect(begun.encode('a')[0], 'a begin token unless the file forbids it').toBe(1);
  const bare = createTokenizer(
    tokenizerFilesFromGguf({ ...plain, 'tokenizer.ggml.add_space_prefix': false }),
  );
  expect(bare.decode(bare.encode(' a日b'))).toBe(' a日b');
  expect(llama.tokens[bare.encode('a')[0]!]).toBe('a');
});

test('refuses a SentencePiece vocabulary it would get wrong', () => {
  for (const change of [
    { 'tokenizer.ggml.scores': undefined },
    { 'tokenizer.ggml.scores': [1] },
    { 'tokenizer.ggml.scores': llama.scores.map(() => Number.NaN) },
    { 'general.architecture': 'gemma3' },
  ]) {
    expect(() => tokenizerFilesFromGguf({ ...sentencePiece, ...change })).toThrow(
      expect.objectContaining({ code: 'E_TOKENIZER_INVALID' }),
    );
  }
});

test('refuses a tokenizer it would get wrong', () => {
  const faults: Record<string, unknown>[] = [
    { 'tokenizer.ggml.model': 'bert' },
    { 'tokenizer.ggml.model': undefined },
    { 'tokenizer.ggml.pre': 'unheard-of' },
    { 'tokenizer.ggml.tokens': undefined },
    { 'tokenizer.ggml.tokens': [...tokens.slice(1), 'a'] },
    { 'tokenizer.ggml.token_type': [1] },
    { 'tokenizer.ggml.merges': ['a'] },
    { 'tokenizer.ggml.merges': [1] },
    { 'tokenizer.ggml.eos_token_id': 400 },
  ];
  for (const fault of faults) {
    expect(() => tokenizerFilesFromGguf({ ...metadata, ...fault }), JSON.stringify(fault)).toThrow(
      expect.objectContaining({ code: 'E_TOKENIZER_INVALID' }),
    );
  }
});
