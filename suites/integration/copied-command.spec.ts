/** The `harness generate` line that a report offers for a sample, pasted into a shell, gives the recorded answer. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { generateLine } from '../../reports/app/copy-lines.js';
import type { RunInfo, SampleRecord } from '../../reports/report-data.ts';
import { harness } from '../helpers/cli.ts';
import { makeProject } from '../helpers/run-guide.ts';

const run = promisify(execFile);

const PROMPTS = [{ id: 'quoted', text: `It's "$HOME" and \`date\`:\n--what is the capital of France?` }];

/** A greedy task, one that draws, and one of several messages. */
const tasks = `
const tasks = {
  greedy: { temperature: 0, maxTokens: 24 },
  drawn: { temperature: 0.8, topP: 0.9, maxTokens: 24, stop: ['!'] },
};
const prompts = ${JSON.stringify(PROMPTS)};
const messagesOf = (text) => [
  { role: 'user', content: 'Hello.' },
  { role: 'assistant', content: 'Hello! How can I help?' },
  { role: 'user', content: text },
];
export default Object.entries(tasks).flatMap(([kind, sampling]) => ['prompt', 'messages'].map((form) => ({
  suite: 'copied', name: kind + '-' + form, title: 'Copied', description: 'Copied.', when: ['release'],
  dataset: async () => ({
    name: 'copied', digest: 'sha256:00',
    samples: prompts.map(({ id, text }) => ({ id, ...(form === 'prompt' ? { prompt: text } : { messages: messagesOf(text) }) })),
  }),
  sampling,
  scorers: [({ output }) => ({ answered: output.length > 0 ? 1 : 0 })],
  metrics: [{ metric: 'answered', score: 'answered', aggregate: 'proportion', better: 'higher', signature: 'answered|v1' }],
  gates: [{ metric: 'answered', always: true }],
})));
`;

test('a sample’s copied line answers as the run did, greedy and drawn, prompt and messages', async () => {
  test.setTimeout(240_000);
  const cwd = test.info().outputPath('project');
  await mkdir(join(cwd, 'suites'), { recursive: true });
  await makeProject(cwd);
  await writeFile(join(cwd, 'suites/copied.task.js'), tasks);
  const env = { HARNESS_HOME: join(cwd, '.harness') };
  const evaluated = await harness(['run', 'copied', '--model', 'tiny-chat', '--seed', '7', '--out', 'out'], {
    cwd,
    env,
  });
  expect([0, 1, 4], evaluated.stderr).toContain(evaluated.code);

  const info = JSON.parse(await readFile(join(cwd, 'out/run.json'), 'utf8')) as RunInfo;
  const samples = (await readFile(join(cwd, 'out/samples.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SampleRecord);
  expect(samples).toHaveLength(4);
  const { model, id, seed } = info;
  const indexRun = { ...model, id, seed, digest: '', baseline: null };
  for (const sample of samples) {
    const sampling = info.tasks.find(({ task }) => task === sample.task)!.sampling ?? null;
    const line = generateLine(sample, indexRun, sampling).replaceAll('npx harness', 'harness');
    const { stdout } = await run('sh', ['-c', line], {
      cwd,
      env: { ...process.env, ...env, PATH: `${join(cwd, 'node_modules/.bin')}:${process.env['PATH']}` },
    });
    expect(stdout, line).toBe(`${sample.output}\n`);
  }
});
