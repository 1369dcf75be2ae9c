import { expect, test } from '@playwright/test';
import { promptOfWords, promptsOf } from '../../../../harness/load/prompts.ts';
import { parseTargetUrl } from '../../../../harness/load/target.ts';
import { parseTrace } from '../../../../harness/load/trace.ts';

test('a trace is put in order and begins at 0; other fields are passed over', () => {
  const text = [
    '{"timestamp": 1500, "input_length": 40, "output_length": 8, "hash_ids": [1, 2]}',
    '',
    '{"timestamp": 500}',
  ].join('\n');
  expect(parseTrace('t', text)).toEqual([
    { offsetMs: 0, promptWords: null, maxTokens: null },
    { offsetMs: 1_000, promptWords: 40, maxTokens: 8 },
  ]);
});

test('all faults of a trace are told at once, each with its line', () => {
  const text = '{"timestamp": -1}\n{"timestamp": 5, "input_length": 0}\nnot JSON\n{"timestamp": 1}';
  expect(() => parseTrace('t', text)).toThrow(
    /line 1: timestamp[^]*line 2: input_length[^]*line 3: not JSON/,
  );
  expect(() => parseTrace('t', '')).toThrow(/has no requests/);
});

test('prompts come in a seeded order, all of them before any again', () => {
  const inputs = ['a', 'b', 'c', 'd'].map((prompt) => ({ prompt }));
  const source = promptsOf(inputs, 3);
  const first = [0, 1, 2, 3].map((i) => source(i).prompt);
  expect(new Set(first)).toEqual(new Set(['a', 'b', 'c', 'd']));
  expect([4, 5, 6, 7].map((i) => source(i).prompt)).toEqual(first);
  expect([0, 1, 2, 3].map((i) => promptsOf(inputs, 3)(i).prompt)).toEqual(first);
});

test('made-up prompts have the length asked for, are the same again, and differ from one another', () => {
  const prompts = Array.from({ length: 50 }, (_, i) => promptOfWords(20, i, 1).prompt!);
  for (const prompt of prompts) expect(prompt.split(' ')).toHaveLength(20);
  expect(new Set(prompts).size).toBe(50);
  expect(promptOfWords(20, 7, 1).prompt).toBe(prompts[7]);
  expect(promptOfWords(20, 7, 2).prompt).not.toBe(prompts[7]);
});

test('an address may end before /v1 or with it, and name a model', () => {
  const cases = {
    'http://127.0.0.1:8001': { baseUrl: 'http://127.0.0.1:8001', model: null },
    'http://127.0.0.1:8001/v1/#owner/name': { baseUrl: 'http://127.0.0.1:8001', model: 'owner/name' },
    'https://host/openai/v1#a%20b': { baseUrl: 'https://host/openai', model: 'a b' },
  };
  for (const [text, expected] of Object.entries(cases)) expect(parseTargetUrl(text)).toEqual(expected);
  for (const text of ['tiny-chat', 'ftp://host', 'http://', '']) {
    expect(() => parseTargetUrl(text), text).toThrow(/no http/);
  }
});

test('a key in the address is refused and not repeated', () => {
  for (const text of ['http://user:s3cret@host/v1', 'http://host/v1?key=s3cret']) {
    expect(() => parseTargetUrl(text)).toThrow(/has a user, password or query/);
    expect(() => parseTargetUrl(text)).not.toThrow(/s3cret/);
  }
});
