import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parseTaskFile } from '../../../../harness/project/task-file.ts';
import { taskFileSchema } from '../../../../harness/project/task-file-schema.ts';
import type { GenerateResult } from '../../../../engine/index.ts';
import type { Task } from '../../../../harness/tasks/task.ts';

const whole = `
version: 1
suite: support
title: Capitals
description: Does it know capitals?
when: [commit, release]
samples:
  - { country: France, answer: Paris, area: europe }
  - { country: Spain, answer: Madrid, area: europe, id: spain }
  - { country: Peru, answer: [Lima, The City of Kings], area: america, tags: far }
prompt: 'What is the capital of {{country}}?'
system: 'Answer in {{area}} style.'
references: answer
clusters: area
sampling: { maxTokens: 20, temperature: 0.5 }
scorers:
  - exactMatch
  - { score: bleu, options: { bleu.tokenize: char } }
  - { score: words, aggregate: p95 }
  - { score: words, tag: far }
gates:
  - { metric: exactMatch, atLeast: 0.5 }
  - { metric: words.p95, atMost: 30 }
cost: { calls: 2, outputTokens: 40 }
`;

const result = (text: string): GenerateResult => ({
  text,
  tokens: [],
  usage: { promptTokens: 1, completionTokens: 1, totalTokens: 2 },
  finishReason: 'stop',
  timing: { latencyMs: 1, ttftMs: null },
});

async function scoresOf(task: Task, id: string, output: string): Promise<Record<string, unknown>> {
  const { samples } = await task.dataset();
  const sample = samples.find((each) => each.id === id)!;
  const scores = {};
  for (const scorer of task.scorers!)
    Object.assign(scores, await scorer({ sample, output, result: result(output) }));
  return scores;
}

test('a file is a task: prompts from fields, clusters, scorers by name, gates', async () => {
  const task = parseTaskFile(whole, '/project/suites/capitals.task.yaml');
  expect(task).toMatchObject({ suite: 'support', name: 'capitals', when: ['commit', 'release'] });
  const { samples, name } = await task.dataset();
  expect(name).toBe('capitals');
  expect(samples).toEqual([
    {
      id: 'line-1',
      messages: [
        { role: 'system', content: 'Answer in europe style.' },
        { role: 'user', content: 'What is the capital of France?' },
      ],
      references: ['Paris'],
      cluster: 'europe',
      metadata: { country: 'France', answer: 'Paris', area: 'europe' },
    },
    expect.objectContaining({ id: 'spain', cluster: 'europe', references: ['Madrid'] }),
    expect.objectContaining({ id: 'line-3', references: ['Lima', 'The City of Kings'], tags: ['far'] }),
  ]);
  expect(task.metrics.map(({ metric, aggregate, tag }) => [metric, aggregate, tag])).toEqual([
    ['exactMatch', 'proportion', undefined],
    ['bleu', 'mean', undefined],
    ['words.p95', 'p95', undefined],
    ['words.far', 'mean', 'far'],
  ]);
  for (const { signature } of task.metrics)
    expect(signature).toMatch(/template:chat\|temp:0.5\|max-tokens:20$/);
  expect(task.metrics[1]!.signature).toContain('tok:char');
  expect(await scoresOf(task, 'line-1', 'Paris')).toMatchObject({ exactMatch: 1, words: 1 });
  expect(await scoresOf(task, 'line-1', 'Lyon')).toMatchObject({ exactMatch: 0 });
  expect(task.gates).toHaveLength(2);
  expect(task.cost).toEqual({ calls: 2, outputTokens: 40 });
});

test('another template is another dataset', async () => {
  const digest = async (text: string) =>
    (await parseTaskFile(text, '/p/suites/a.task.yaml').dataset()).digest;
  expect(await digest(whole)).toBe(await digest(whole));
  expect(await digest(whole.replace('What is', 'Name'))).not.toBe(await digest(whole));
});

test('a dataset lies beside the file, and its faults have their lines', async () => {
  const dir = test.info().outputPath();
  const path = join(dir, 'ask.task.yaml');
  const task = parseTaskFile(
    "version: 1\nsuite: s\ndataset: ask.jsonl\nprompt: '{{q.text}}'\nscorers: [words]\n",
    path,
  );
  await expect(task.dataset()).rejects.toMatchObject({ code: 'E_FILE_NOT_FOUND' });
  writeFileSync(
    join(dir, 'ask.jsonl'),
    '{"q":{"text":"Hi"}}\n{"q":{}}\n{"q":{"text":"{{q}}"},"id":"line-1"}\n',
  );
  await expect(task.dataset()).rejects.toThrow(
    /line 2: q\.text is missing, which the template asks for\n.*line 3: id "line-1" is that of line 1/,
  );
  writeFileSync(join(dir, 'ask.jsonl'), '{"q":{"text":"{{q.text}} $& $1"}}\n');
  // What is filled in is text, not a template, nor a replacement pattern.
  expect((await task.dataset()).samples[0]!.prompt).toBe('{{q.text}} $& $1');
});

test('a dataset may be CSV, and its faults have the lines of that file', async () => {
  const csv = test.info().outputPath('capitals.csv');
  writeFileSync(csv, 'country,answer\n"Fran\nce",Paris\nSpain,Madrid\n');
  const text = whole
    .replace(/samples:[^]*?\nprompt/, 'dataset: capitals.csv\nprompt')
    .replace(/\nsystem.*/, '')
    .replace('\nclusters: area', '');
  const task = parseTaskFile(text, test.info().outputPath('capitals.task.yaml'));
  const { samples } = await task.dataset();
  expect(samples.map(({ prompt, references }) => [prompt, references])).toEqual([
    ['What is the capital of Fran\nce?', ['Paris']],
    ['What is the capital of Spain?', ['Madrid']],
  ]);
  const faulty = parseTaskFile(
    text.replace('references: answer', 'references: town'),
    test.info().outputPath('capitals.task.yaml'),
  );
  await expect(faulty.dataset()).rejects.toThrow(/line 2: town is missing[^]*line 4: town is missing/);
});

test('a bundled set is asked by its name', async () => {
  const task = parseTaskFile('version: 1\nsuite: s\ndataset: facts\nscorers: [exactMatch]\n', 'a.task.yaml');
  const { name, samples, digest } = await task.dataset();
  expect(name).toBe('facts');
  expect(samples.length).toBeGreaterThan(100);
  expect(digest).toMatch(/^sha256:/);
});

test('all faults are told at once, each with its line and what was meant', () => {
  const cases: readonly (readonly [change: (text: string) => string, faults: RegExp])[] = [
    [(text) => text.replace('commit,', 'comit,'), /:6: when is "comit"; did you mean commit\?/],
    [(text) => text.replace('clusters:', 'cluster:'), /:14: unknown key "cluster"; did you mean clusters\?/],
    [
      (text) => text.replace('- exactMatch', '- exactmatch'),
      /:17: no score is called "exactmatch"; did you mean exactMatch\?/,
    ],
    [(text) => text.replace('maxTokens: 20', 'maxTokens: 0'), /:15: maxTokens is 0; it must be >= 1/],
    [(text) => text.replace('atLeast: 0.5', 'atLeast: 0.5, atMost: 1'), /:22: a gate needs one of atLeast/],
    [(text) => text.replace('atLeast: 0.5', 'notWorseThan: baseline'), /:22: notWorseThan goes with margin/],
    [
      (text) =>
        text.replace('atLeast: 0.5', 'notWorseThan: baseline, margin: 0.1, undefinedScores: leaveOut'),
      /:22: undefinedScores goes with atLeast, atMost and always/,
    ],
    [
      (text) => text.replace('atLeast: 0.5', 'atLeast: 0.5, undefinedScores: drop'),
      /:22: undefinedScores is "drop", expected "leaveOut"/,
    ],
    [
      (text) => text.replace('exactMatch, at', 'f1, at'),
      /a gate is on "f1"; its metrics are exactMatch, bleu/,
    ],
    [(text) => text.replace('version: 1', 'version: 2'), /:2: version is 2, expected 1/],
    [(text) => text.replace('suite: support\n', ''), /lacks suite/],
    [(text) => text.replace('samples:', 'dataset: x.jsonl\nsamples:'), /give either dataset or samples/],
    [(text) => text.replace('tokenize: char', 'tokenise: char'), /unknown option "bleu.tokenise"/],
    [
      (text) => text.replace('  - { score: words, tag: far }', '  - { score: words, aggregate: p95 }'),
      /two scorers make the metric words\.p95/,
    ],
    [
      (text) => text.replace('  - { score: words, tag: far }', '  - { score: bleu, tag: far }'),
      /bleu is computed in two ways/,
    ],
    [() => 'version: 1\n  suite: [', /a\.task\.yaml:\d/],
    [() => '- a list', /:1: the file is \["a list"\], expected object/],
  ];
  for (const [change, faults] of cases) {
    const read = () => parseTaskFile(change(whole), 'a.task.yaml');
    expect(read).toThrow(faults);
    expect(read).toThrow(expect.objectContaining({ code: 'E_TASK_INVALID', exit: 2 }));
  }
  const many = whole.replace('commit,', 'comit,').replace('clusters:', 'cluster:');
  expect(() => parseTaskFile(many, 'a.task.yaml')).toThrow(/has 2 faults:/);
});

test('the schema for editors is the one that files are checked by', () => {
  const shipped: unknown = JSON.parse(readFileSync('harness/project/task.schema.json', 'utf8'));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(taskFileSchema)));
});
