/** A user's project: tasks of its own in ./suites, run as a whole, in parts, from kept answers, sample by sample. */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { RunInfo, SampleRecord, Verdict } from '../../reports/report-data.ts';
import { harness, type CliResult } from '../helpers/cli.ts';

test.setTimeout(300_000);
test.describe.configure({ mode: 'serial' });

const task = `version: 1
suite: support
title: Greetings
when: [commit]
dataset: greetings.jsonl
prompt: '{{greeting}}, who are you?'
clusters: language
references: answer
scorers: [exactMatch, refusal]
gates:
  - { metric: exactMatch, atLeast: 0.5 }
`;

/** JavaScript that needs nothing installed: what defineTask makes. */
const withCode = `
const samples: { id: string; prompt: string }[] = Array.from({ length: 9 }, (_, i) => ({ id: 'n' + i, prompt: 'Say ' + i }));
export default {
  suite: 'support', name: 'numbers', title: 'Numbers', description: 'Says numbers.', when: ['release'],
  dataset: async () => ({ name: 'numbers', digest: 'sha256:00', samples }),
  sampling: { temperature: 0, maxTokens: 9 }, concurrency: 1,
  scorers: [({ output }: { output: string }) => ({ long: output.length > 3 ? 1 : 0 })],
  metrics: [{ metric: 'long', score: 'long', aggregate: 'proportion', better: 'higher', signature: 'long|v1' }],
  gates: [{ metric: 'long', always: true }],
};
`;

let project: string;
test.beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'harness-project-'));
  await mkdir(join(project, 'suites/support'), { recursive: true });
  const lines = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      greeting: `Hello ${i}`,
      language: `l${i >> 1}`,
      answer: i < 38 ? 'A helper.' : 'A king.',
    }),
  );
  await writeFile(join(project, 'suites/support/greetings.jsonl'), lines.join('\n'));
  await writeFile(join(project, 'suites/support/greetings.task.yaml'), task);
  await writeFile(join(project, 'suites/numbers.task.ts'), withCode);
  await writeFile(join(project, 'model.json'), JSON.stringify({ default: 'A helper.', replies: {} }));
});
test.afterAll(() => rm(project, { recursive: true, force: true }));

const run = (args: readonly string[]): Promise<CliResult> =>
  harness(['run', '--model', 'scripted:model.json', ...args], {
    cwd: project,
    env: { HARNESS_HOME: join(project, '.harness'), HARNESS_NO_CACHE: '' },
  });
const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(project, ...path), 'utf8')) as T;
const records = (dir: string): SampleRecord[] =>
  readFileSync(join(project, dir, 'samples.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SampleRecord)
    .toSorted((a, b) => (`${a.task} ${a.sampleId}` < `${b.task} ${b.sampleId}` ? -1 : 1));

test('tasks in YAML and in TypeScript are run, scored and judged by their own gates', async () => {
  const { code, stdout, stderr } = await run(['support', '--out', 'whole']);
  expect(code, stdout + stderr).toBe(0);
  expect(stderr).toContain('49 samples (49 calls, at most 5,201 tokens)');
  const { gates } = read<Verdict>('whole', 'verdict.json');
  const judged = gates.filter(({ outcome }) => outcome !== 'not-applicable');
  expect(judged.map(({ metric, outcome, n }) => [metric, outcome, n])).toEqual([
    ['support/numbers.long', 'pass', 9],
    ['support/greetings.exactMatch', 'pass', 40],
  ]);
  const [first] = records('whole');
  expect(first!.input.prompt).toBe('Hello 0, who are you?');
  expect(new Set(records('whole').map(({ cluster }) => cluster)).size).toBe(20 + 9);
});

test('parts merged are the whole: the same samples, metrics and verdict', async () => {
  for (const part of [1, 2]) {
    const shard = ['--shard', `${part}/2`, '--out', `part-${part}`];
    const { code, stdout, stderr } = await run(['support', '--no-cache', ...shard]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/^Part \d of 2: \d+ samples evaluated/);
    expect(existsSync(join(project, `part-${part}`, 'verdict.json'))).toBe(false);
    expect(records(`part-${part}`).some(({ cached }) => cached)).toBe(false);
  }
  const sizes = [1, 2].map((part) => records(`part-${part}`).length);
  expect(sizes[0]! + sizes[1]!).toBe(49);
  expect(Math.min(...sizes)).toBeGreaterThan(15);

  const merge = (dirs: readonly string[], out: string) =>
    harness(['merge', ...dirs, '--out', out], { cwd: project });
  const merged = await merge(['part-2', 'part-1'], 'merged');
  expect(merged.code, merged.stderr).toBe(0);
  expect(read('merged', 'verdict.json')).toEqual(read('whole', 'verdict.json'));
  expect(read('merged', 'metrics.json')).toEqual(read('whole', 'metrics.json'));
  const answers = (dir: string) =>
    records(dir).map((record) => ({ ...record, timing: null, requestId: null }));
  expect(answers('merged')).toEqual(answers('whole'));
  const { tasks, mergedFrom, shard } = read<RunInfo>('merged', 'run.json');
  expect(tasks).toEqual(read<RunInfo>('whole', 'run.json').tasks);
  expect([mergedFrom!.length, shard]).toEqual([2, undefined]);

  await cp(join(project, 'part-2'), join(project, 'other'), { recursive: true });
  const info = read<RunInfo>('other', 'run.json');
  const replaced = { ...info, model: { ...info.model, script: 'sha256:of-another' } };
  await writeFile(join(project, 'other/run.json'), JSON.stringify(replaced));
  await cp(join(project, 'part-2'), join(project, 'trained'), { recursive: true });
  const trainingOverlap = {
    files: [],
    samples: 49,
    contaminated: 1,
    sampleIds: { 'quality/support': ['a'] },
  };
  await writeFile(join(project, 'trained/run.json'), JSON.stringify({ ...info, trainingOverlap }));
  for (const [dirs, why] of [
    [['part-1'], /Part 2 of 2 is missing/],
    [['part-1', 'part-2', 'part-2'], /are both part 2 of 2/],
    [['part-1', 'whole'], /whole is a whole run, not a part/],
    [['part-1', 'other'], /other is not a part of the run in part-1: model differ/],
    [['part-1', 'trained'], /trained is not a part of the run in part-1: training data differ/],
  ] as const) {
    const refused = await merge(dirs, 'refused');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(why)]);
  }
  expect(existsSync(join(project, 'refused'))).toBe(false);
});

test('a second run takes the answers of the first from where they are kept, and says so', async () => {
  expect(records('whole').some(({ cached }) => cached)).toBe(false);
  await run(['support', '--out', 'kept']);
  expect(records('kept').every(({ cached, timing }) => cached && timing === null)).toBe(true);
  expect(read('kept', 'verdict.json')).toEqual(read('whole', 'verdict.json'));
});

test('--when takes the tasks that say so; --explode gives each sample a test of its own', async () => {
  const { code, stderr } = await run([
    'support',
    '--when',
    'commit',
    '--explode',
    '--limit',
    '5',
    '--out',
    'exploded',
  ]);
  expect(code, stderr).toBe(4); // five samples settle nothing
  const { tasks, leftOut } = read<RunInfo>('exploded', 'run.json');
  expect(tasks.map((each) => each.task)).toEqual(['greetings']);
  expect(leftOut).toContainEqual({
    name: 'support/numbers',
    reason: 'it is not for commit, but for release',
  });
  expect(records('exploded')).toHaveLength(5);
  const junit = readFileSync(join(project, 'exploded/samples.junit.xml'), 'utf8');
  expect(junit).toContain('tests="5" failures="0"');
  expect(junit).toContain('support/greetings: Greetings › line-');
});

test('a faulty task file ends the run before anything is asked, with every fault', async () => {
  await writeFile(join(project, 'suites/broken.task.yaml'), 'version: 1\nsuite: support\nscorer: [words]\n');
  const { code, stderr } = await run(['support', '--out', 'never']);
  await rm(join(project, 'suites/broken.task.yaml'));
  expect(code).toBe(2);
  expect(stderr).toContain('suites/broken.task.yaml:3: unknown key "scorer"; did you mean scorers?');
  expect(existsSync(join(project, 'never'))).toBe(false);
});
