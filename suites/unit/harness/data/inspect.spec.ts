/** Warnings about valid training data, planted one by one. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { validateDataFile } from '../../../../harness/data/validate.ts';

const jsonLines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test('warns of duplicates, broken encoding, lengths and leaks, each with its line; the file stays valid', async () => {
  const path = test.info().outputPath('chat.jsonl');
  const other = test.info().outputPath('held-out.jsonl');
  await writeFile(
    path,
    jsonLines([
      { input: 'Hello', output: 'Hi' },
      { output: 'Hi', input: 'Hello' },
      { input: 'Caf\u00c3\u00a9?', output: 'Yes' },
      { input: 'Lost \ufffd', output: 'Yes' },
      { input: 'Bell \u0007', output: 'word '.repeat(12) },
      { input: 'Held out?', output: 'No' },
    ]),
  );
  await writeFile(other, jsonLines([{ input: 'Held out?', output: 'Another answer' }]));
  const { valid, warnings } = await validateDataFile(path, 'chat', { against: other, mostWords: 10 });
  expect(valid).toBe(true);
  expect(warnings.map(({ line, kind }) => [line, kind])).toEqual([
    [2, 'duplicate'],
    [3, 'encoding'],
    [4, 'encoding'],
    [5, 'encoding'],
    [5, 'length'],
    [6, 'leakage'],
  ]);
  expect(warnings[0]!.message).toBe('Line 2 is line 1 again');
});

test('warns where one answer is most of the data, and where the chosen one is always longer', async () => {
  const chat = test.info().outputPath('chat.jsonl');
  const dpo = test.info().outputPath('dpo.jsonl');
  const twenty = Array.from({ length: 20 }, (_, i) => i);
  await writeFile(chat, jsonLines(twenty.map((i) => ({ input: `q${i}`, output: i < 12 ? 'Yes' : `a${i}` }))));
  await writeFile(
    dpo,
    jsonLines(
      twenty.map((i) => ({
        prompt: `q${i}`,
        chosen: `long answer ${i}`,
        rejected: i === 3 ? 'long answer 3' : 'no',
      })),
    ),
  );
  const balance = async (path: string, type: 'chat' | 'dpo') =>
    (await validateDataFile(path, type)).warnings
      .filter(({ kind }) => kind === 'balance')
      .map(({ message }) => message);
  expect(await balance(chat, 'chat')).toEqual(['60% of the samples have one answer: "Yes"']);
  expect(await balance(dpo, 'dpo')).toEqual([
    'Line 4 rejects what it chooses',
    'The chosen answer is the longer one in 95% of the pairs: length may be what is learned',
  ]);
});
