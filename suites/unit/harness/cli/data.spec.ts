import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { harness } from '../../../helpers/cli.ts';

test('generates, validates and counts a file', async () => {
  const info = test.info();
  const file = info.outputPath('instructions.jsonl');
  const generated = await harness([
    'data',
    'generate',
    '--type',
    'instruction',
    '--count',
    '12',
    '--out',
    file,
  ]);
  expect(generated).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(12);
  const validated = await harness(['data', 'validate', file, '--type', 'instruction', '--json']);
  expect(JSON.parse(validated.stdout)).toMatchObject({ valid: true, samples: 12, faults: [] });
  const stats = await harness(['data', 'stats', file, '--json']);
  expect(JSON.parse(stats.stdout)).toMatchObject({ total_samples: 12 });
});

test('prints one type to stdout, the same for the same seed', async () => {
  const args = ['data', 'generate', '--type', 'dpo', '--count', '3', '--seed'];
  const [first, again, other] = await Promise.all(['5', '5', '6'].map((seed) => harness([...args, seed])));
  expect(first!.stdout.trim().split('\n')).toHaveLength(3);
  expect(again!.stdout).toBe(first!.stdout);
  expect(other!.stdout).not.toBe(first!.stdout);
});

test('ends with code 2 and every fault for an invalid file', async () => {
  const info = test.info();
  const file = info.outputPath('faulty.jsonl');
  await writeFile(file, '{"input":"a"}\nnot json\n');
  const { code, stderr } = await harness(['data', 'validate', file, '--type', 'chat']);
  expect(code).toBe(2);
  expect(stderr).toContain("Missing field 'output' in line 1");
  expect(stderr).toContain('Invalid JSON in line 2');
});

test('ends with code 2 for a missing file, an unknown type, a count that is none', async () => {
  const calls = [
    ['data', 'validate', 'no-such-file.jsonl', '--type', 'chat'],
    ['data', 'stats', 'no-such-file.jsonl'],
    ['data', 'validate', 'package.json', '--type', 'letters'],
    ['data', 'generate', '--type', 'chat', '--count', 'many'],
    ['data'],
  ];
  const results = await Promise.all(calls.map((args) => harness(args)));
  expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
});
