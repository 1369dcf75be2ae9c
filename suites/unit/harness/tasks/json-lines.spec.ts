import { expect, test } from '@playwright/test';
import { readJsonLines } from '../../../../harness/tasks/json-lines.ts';

test('passes over a byte order mark', () => {
  const { values, faults } = readJsonLines('\uFEFF{"a":1}', ({ a }) => a);
  expect([values, faults]).toEqual([[1], []]);
});

test('gives the values, and every fault with its line, blank lines counted', () => {
  const text = '{"a":1}\r\n\n[1]\n{"a":2}\n{oops\nnull\n{"a":3}';
  const { values, faults } = readJsonLines(text, ({ a }, fault, line) => {
    if (a !== 2) return { a, line };
    fault('a is 2');
    return fault('a is even');
  });
  expect(values).toEqual([
    { a: 1, line: 1 },
    { a: 3, line: 7 },
  ]);
  expect(faults).toEqual([
    'line 3: not an object',
    'line 4: a is 2',
    'line 4: a is even',
    expect.stringMatching(/^line 5: not JSON: ./),
    'line 6: not an object',
  ]);
});
