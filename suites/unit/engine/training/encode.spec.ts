import { expect, test } from '@playwright/test';
import { createChatTemplate } from '../../../../engine/tokenizer/chat-template.ts';
import { createTokenizer } from '../../../../engine/tokenizer/tokenizer.ts';
import { chatTemplate, createChatTokenizer, endTokenId } from '../../../../engine/training/chat-format.ts';
import { encodeConversations, encodePreferences, encodeTexts } from '../../../../engine/training/encode.ts';
import type { TrainingMessage } from '../../../../engine/training/examples.ts';

const files = createChatTokenizer(['some words to learn from, some words'], {
  vocabSize: 300,
  maxPositions: 64,
});
const tokenizer = createTokenizer(files);
const template = createChatTemplate(chatTemplate, files);
const encoding = { tokenizer, eosTokenId: endTokenId, maxLength: 64, overlong: 'cut' } as const;

const user = (content: string): TrainingMessage => ({ role: 'user', content });
const assistant = (content: string): TrainingMessage => ({ role: 'assistant', content });
const learned = ({ tokens, weights }: { tokens: readonly number[]; weights: readonly number[] }) =>
  tokenizer.decode(
    tokens.filter((_, index) => weights[index] === 1),
    true,
  );

test('learns the assistant turns with their end tokens, and nothing else', () => {
  const messages = [
    { role: 'system', content: 'S' } as const,
    user('one'),
    assistant('two'),
    user('three'),
    assistant('four'),
  ];
  const { examples } = encodeConversations([{ id: 'x', messages }], template, 0.25, encoding);
  const [example] = examples;
  expect(tokenizer.decode(example!.tokens, true)).toBe(
    '<|system|>S<|end|><|user|>one<|end|><|assistant|>two<|end|><|user|>three<|end|><|assistant|>four<|end|>',
  );
  expect(learned(example!)).toBe('two<|end|>four<|end|>');
  expect(new Set(example!.weights)).toEqual(new Set([0.25, 1]));
});

test('encodes the prompt as inference will', () => {
  const messages = [user(' some words'), assistant('to learn')];
  const { examples } = encodeConversations([{ id: 'x', messages }], template, 0, encoding);
  const prompt = tokenizer.encode(template.render(messages.slice(0, 1)), false);
  expect(examples[0]!.tokens.slice(0, prompt.length)).toEqual(prompt);
  expect(examples[0]!.weights.slice(0, prompt.length + 1)).toEqual([...prompt.map(() => 0), 1]);
});

test('without a template continues the prompt as it stands, and ends the answer', () => {
  const { examples } = encodeConversations(
    [{ id: 'x', messages: [user('one '), assistant('two')] }],
    null,
    0,
    encoding,
  );
  expect(tokenizer.decode(examples[0]!.tokens, true)).toBe('one two<|end|>');
  expect(learned(examples[0]!)).toBe('two<|end|>');
});

test('cuts long examples, leaves out those without an answer, and counts both', () => {
  const conversations = [
    { id: 'short', messages: [user('a'), assistant('b')] },
    { id: 'long answer', messages: [user('a'), assistant('b'.repeat(200))] },
    { id: 'long prompt', messages: [user('a'.repeat(200)), assistant('b')] },
  ];
  const { examples, truncated, dropped } = encodeConversations(conversations, template, 0, encoding);
  expect({ ids: examples.map(({ id }) => id), truncated, dropped }).toEqual({
    ids: ['short', 'long answer'],
    truncated: 1,
    dropped: 1,
  });
  expect(examples[1]!.tokens).toHaveLength(64);
});

test('refuses a template that rewrites earlier turns', () => {
  const rewriting = createChatTemplate(
    '{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}',
    files,
  );
  const conversation = { id: '12', messages: [user('a'), assistant('b')] };
  expect(() => encodeConversations([conversation], rewriting, 0, encoding)).toThrow(
    'example 12: the chat template changes earlier turns',
  );
});

test('makes every token of a long text a target once', () => {
  const text = 'some words to learn from, '.repeat(40).trim();
  const whole = [...tokenizer.encode(text), endTokenId];
  const { examples, dropped } = encodeTexts([{ id: 't', text }], { ...encoding, maxLength: 16 });
  expect(examples.flatMap(({ tokens }) => tokens.slice(1))).toEqual(whole.slice(1));
  expect(Math.max(...examples.map(({ tokens }) => tokens.length))).toBe(16);
  expect(examples[0]!.id).toBe('t#1');
  expect(dropped).toBe(0);
});

test('learns of a preference only the answers, whoever speaks in the prompt', () => {
  const prompt = [user('one'), assistant('two'), user('three')];
  const pair = { id: 'x', prompt, chosen: [assistant('four')], rejected: [assistant('five')] };
  const { examples } = encodePreferences([pair], template, encoding);
  expect(learned(examples[0]!.chosen)).toBe('four<|end|>');
  expect(learned(examples[0]!.rejected)).toBe('five<|end|>');
  const plain = encodePreferences([pair], null, encoding).examples[0]!;
  expect(learned(plain.chosen)).toBe('four<|end|>');
});

test('leaves a pair out with either of its answers, and counts those that were cut', () => {
  const pair = (id: string, question: string, chosen: string, rejected: string) => ({
    id,
    prompt: [user(question)],
    chosen: [assistant(chosen)],
    rejected: [assistant(rejected)],
  });
  const pairs = [
    pair('short', 'a', 'b', 'c'),
    pair('long answer', 'a', 'b', 'c'.repeat(200)),
    pair('long prompt', 'a'.repeat(200), 'b', 'c'),
  ];
  const cut = encodePreferences(pairs, template, encoding);
  expect(cut).toMatchObject({ truncated: 1, dropped: 1 });
  expect(cut.examples.map(({ id }) => id)).toEqual(['short', 'long answer']);
  const dropped = encodePreferences(pairs, template, { ...encoding, overlong: 'drop' });
  expect(dropped.examples.map(({ id }) => id)).toEqual(['short']);
  expect(dropped).toMatchObject({ truncated: 0, dropped: 2 });
});
