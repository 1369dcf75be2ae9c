import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { curlLine, generateLine } from '../../../../reports/app/copy-lines.js';
import { toCsv, toJsonLines } from '../../../../reports/app/sample-export.js';
import { hostileOutputs } from '../hostile-outputs.ts';
import { sampleRecord } from '../sample-report.ts';

const RUN = {
  id: 'r',
  digest: 'sha256:0',
  reference: 'tiny-chat',
  name: 'tiny-chat',
  kind: 'engine',
  baseline: null,
  seed: 7,
  device: 'cpu',
  dtype: 'int8',
};
const SAMPLING = { temperature: 0.7, maxTokens: 50, topP: 0.9 };

/** The words that a shell makes of a command whose first word is a function here. */
function wordsOf(line: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; npx() { printf '%s\\0' "$@"; }; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const hostile = hostileOutputs
  .map(({ output }) => output)
  .filter((text) => !text.includes('\0') && text.length < 20_000);

test('a curl line asks the same again, whatever the prompt holds', () => {
  expect(hostile.length).toBeGreaterThan(20);
  for (const prompt of [...hostile, `'; touch /tmp/pwned; '`, '$(id) `id` "$HOME" \\ ! \n']) {
    const words = wordsOf(curlLine({ input: { prompt }, seed: 5 }, RUN, SAMPLING));
    expect(words[0]).toBe('http://127.0.0.1:8001/v1/chat/completions');
    expect(JSON.parse(words.at(-1)!)).toEqual({
      model: 'tiny-chat',
      messages: [
        {
          role: 'user',
          content: prompt.toWellFormed() === prompt ? prompt : JSON.parse(JSON.stringify(prompt)),
        },
      ],
      max_tokens: 50,
      temperature: 0.7,
      top_p: 0.9,
      seed: 5,
    });
  }
});

test('an endpoint is asked with a key that stays a variable', () => {
  const run = { ...RUN, kind: 'http', reference: 'https://models.example/v1#chat' };
  const line = curlLine({ input: { prompt: 'Hi' } }, run, null);
  expect(line).toContain('curl https://models.example/v1/chat/completions');
  expect(line).toContain('-H "authorization: Bearer $HARNESS_API_KEY"');
  expect(line).toContain('"model":"chat"');
});

test('a harness line has the prompt as one word, and messages in a file of prompts', () => {
  for (const prompt of ['--model evil', "it's", '$(id)\nnext']) {
    expect(wordsOf(generateLine({ input: { prompt }, seed: 5 }, RUN, SAMPLING))).toEqual([
      'harness',
      'generate',
      '--model',
      'tiny-chat',
      `--prompt=${prompt}`,
      '--max-tokens',
      '50',
      '--temperature',
      '0.7',
      '--top-p',
      '0.9',
      '--seed',
      '5',
      '--device',
      'cpu',
      '--dtype',
      'int8',
    ]);
  }
  const messages = [{ role: 'user', content: "it's" }];
  expect(generateLine({ input: { messages } }, RUN, null)).toBe(
    `printf '%s\\n' '{"messages":[{"role":"user","content":"it'\\''s"}]}' > prompts.jsonl && ` +
      'npx harness generate --model tiny-chat --prompts prompts.jsonl --device cpu --dtype int8',
  );
  const everything = { minP: 0.1, repetitionPenalty: 1.1, stop: ['--end', "it's"], raw: true };
  expect(wordsOf(generateLine({ input: { prompt: 'Hi' } }, { ...RUN, kind: 'http' }, everything))).toEqual([
    'harness',
    'generate',
    '--model',
    'tiny-chat',
    '--prompt=Hi',
    '--min-p',
    '0.1',
    '--repetition-penalty',
    '1.1',
    '--stop=--end',
    "--stop=it's",
    '--raw',
  ]);
});

/** Cells of RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare!);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('CSV holds every cell, and no cell that a spreadsheet would run', () => {
  const samples = [
    ...hostileOutputs.map(({ output }) => output),
    '=cmd|calc!A1',
    '+1',
    '-1',
    '@x',
    '\tx',
  ].map((output, i) => ({
    sample: sampleRecord({ sampleId: `s${i}`, output, scores: { rougeL: -0.5, bleu: null } }),
    baseline: i % 2 === 0 ? sampleRecord({ sampleId: `s${i}`, output: 'b', scores: { rougeL: 1 } }) : null,
  }));
  const [head, ...rows] = readCsv(toCsv(samples));
  expect(rows).toHaveLength(samples.length);
  const column = (name: string) => head!.indexOf(name);
  for (const [i, row] of rows.entries()) {
    expect(row).toHaveLength(head!.length);
    const output = samples[i]!.sample.output!;
    expect(row[column('output')]!.replace(/^'/, '')).toBe(output.replace(/^'/, ''));
    expect(row[column('output')]).not.toMatch(/^[=+\-@\t\r]/);
    expect(row[column('score.rougeL')]).toBe('-0.5');
    expect(row[column('score.bleu')]).toBe('');
    expect(row[column('baseline.rougeL')]).toBe(i % 2 === 0 ? '1' : '');
  }
});

test('JSON Lines hold each record whole, with its baseline', () => {
  const [sample, baseline] = [sampleRecord({ output: 'a\n\u2028"' }), sampleRecord({ output: 'b' })];
  const lines = toJsonLines([
    { sample, baseline },
    { sample, baseline: null },
  ])
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ ...sample, baseline }, sample]);
});
