import { expect, test } from '@playwright/test';
import { jsonValid, parseJsonOutput } from '../../../../harness/metrics/json-output.ts';
import { goldenVectors } from './golden-vectors.ts';

test("takes what Python's json takes when it is strict, and nothing else", () => {
  const { json } = goldenVectors<{ readonly json: readonly (readonly [string, 0 | 1])[] }>('outputs');
  expect(json.length).toBeGreaterThan(70);
  expect(json.filter(([text, valid]) => jsonValid(text) !== valid).map(([text]) => text)).toEqual([]);
});

test('finds JSON in a Markdown block as far as it is told to', () => {
  const block = '```json\n{"a": 1}\n```';
  const cases: readonly (readonly [answer: string, never: 0 | 1, allow: 0 | 1, search: 0 | 1])[] = [
    ['{"a": 1}', 1, 1, 1],
    [block, 0, 1, 1],
    [`\n${block}\n\n`, 0, 1, 1],
    ['```\n[1]\n```', 0, 1, 1],
    ['```JSON\r\n[1]\r\n```', 0, 1, 1],
    [`Here:\n${block}`, 0, 0, 1],
    [`${block}\nThat is all.`, 0, 0, 1],
    [`${block}\n${block}`, 0, 0, 1],
    ['```json\n{"a": 1}', 0, 0, 0],
    ['```json\n{a: 1}\n```', 0, 0, 0],
    ['```js\n[1]\n```', 0, 0, 0],
    ['```json {"a": 1} ```', 0, 0, 0],
    ['', 0, 0, 0],
  ];
  for (const [answer, ...expected] of cases) {
    const ours = (['never', 'allow', 'search'] as const).map((fence) => jsonValid(answer, { fence }));
    expect(ours, answer).toEqual(expected);
  }
  expect(parseJsonOutput('```\n1\n```\n```\n2\n```', { fence: 'search' })).toEqual({ value: 2 });
  expect(parseJsonOutput('null')).toEqual({ value: null });
});

test('takes a million brackets without falling over', () => {
  expect(jsonValid(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)).toBe(1);
  expect(jsonValid('```\n'.repeat(200_000), { fence: 'search' })).toBe(0);
});
