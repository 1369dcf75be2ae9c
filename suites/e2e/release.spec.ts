/** A release from end to end, with the command line alone: evaluate, promote, judge and serve the alias, refuse
 *  what was not evaluated, roll back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { request } from 'undici';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import type { RunInfo, Verdict } from '../../reports/report-data.ts';
import { harness, startHarness } from '../helpers/cli.ts';
import { addNoise, tinyChat, writeDamaged, writeWithShuffledMerges } from '../helpers/damaged-models.ts';

test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let dir: string;
let env: Record<string, string>;
let run: string;
test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'harness-test-'));
  env = { HARNESS_HOME: join(dir, 'home') };
  run = join(dir, 'run');
});
test.afterAll(() => rm(dir, { recursive: true, force: true }));

const json = async <T>(name: string): Promise<T> => JSON.parse(await readFile(join(run, name), 'utf8')) as T;

test('harness run passes tiny-chat, the verdict in the first line, and leaves a whole run folder', async () => {
  // How much batches gain is left open on a machine that runs other tests beside this one, and rightly so.
  const shipped = await readFile(join(packageRoot, 'harness/gates/gates.yaml'), 'utf8');
  const gates = join(dir, 'gates.yaml');
  const kept = shipped.split('\n').filter((line) => !line.includes('performance/batches.logGain'));
  expect(kept).toHaveLength(shipped.split('\n').length - 1);
  await writeFile(gates, kept.join('\n'));
  const { code, stdout, stderr } = await harness(['run', '--out', run, '--gates', gates], { env });
  expect(stdout.split('\n')[0], stderr).toMatch(/^Pass: \d+ of \d+ gates hold on tiny-chat/);
  expect(code).toBe(0);
  const info = await json<RunInfo>('run.json');
  expect(info).toMatchObject({ status: 'complete', limit: null });
  // Nothing is left out but what is not asked of a model of this size.
  expect(info.leftOut.filter(({ leastParameters }) => leastParameters === undefined)).toEqual([]);
  const verdict = await json<Verdict>('verdict.json');
  expect(verdict.outcome).toBe('pass');
  const html = await readFile(join(run, 'report.html'), 'utf8');
  expect(html).toContain(verdict.sentence);
  const records = (await readFile(join(run, 'samples.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(records).toHaveLength(info.tasks.reduce((sum, { planned }) => sum + planned, 0));
  for (const file of ['metrics.json', 'gates.yaml', 'report.md', 'junit.xml']) {
    expect((await readFile(join(run, file))).length, file).toBeGreaterThan(0);
  }
});

test('promote refuses other weights and another tokenizer, and moves no alias', async () => {
  const noisy = await writeDamaged(join(dir, 'noisy'), addNoise(0.01, 1));
  const shuffled = await writeWithShuffledMerges(join(dir, 'shuffled'), 1);
  for (const [model, part] of [
    [noisy, 'weights'],
    [shuffled, 'tokenizer'],
  ] as const) {
    const { code, stderr } = await harness(['promote', model, '--to', 'production', '--run', run], { env });
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('E_PROMOTION_REFUSED');
    expect(stderr).toContain(part);
  }
  const { code } = await harness(['run', 'api', '--model', '@production'], { env });
  expect(code).toBe(3);
});

test('promote moves the alias to exactly what was evaluated', async () => {
  const { code, stdout, stderr } = await harness(['promote', tinyChat, '--to', 'production', '--run', run], {
    env,
  });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('tiny-chat@1');
});

test('the alias is served, and is the baseline of the next run', async () => {
  const server = await startHarness(['serve', '--model', '@production', '--port', '0'], { env });
  try {
    const response = await request(`${server.url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'What is the capital of France?', temperature: 0 }),
    });
    expect(response.statusCode).toBe(200);
    expect(await response.body.json()).toMatchObject({ text: expect.stringContaining('Paris') });
  } finally {
    expect(await server.stop()).toBe(0);
  }
  const out = join(dir, 'compared');
  const { code, stdout, stderr } = await harness(
    ['run', 'quality', '--limit', '40', '--out', out, '--json'],
    { env },
  );
  const verdict = JSON.parse(stdout) as Verdict;
  expect(stderr).not.toContain('E_');
  const compared = verdict.gates.filter(
    ({ kind, metric, outcome }) =>
      kind === 'notWorseThan' && metric.startsWith('quality/') && outcome !== 'not-applicable',
  );
  expect(compared.length).toBeGreaterThan(0);
  expect(compared.map(({ outcome }) => outcome)).toEqual(compared.map(() => 'pass'));
  expect([0, 4]).toContain(code); // forty samples a task may leave an absolute gate open, never a comparison
});

test('a limited run is no evidence', async () => {
  const limited = join(dir, 'compared');
  const { code, stderr } = await harness(['promote', tinyChat, '--to', 'production', '--run', limited], {
    env,
  });
  expect(code).toBe(1);
  expect(stderr).toContain('E_PROMOTION_REFUSED');
});

test('rollback needs somewhere to go back to, and says so', async () => {
  const { code, stderr } = await harness(['rollback', 'production'], { env });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/E_\w+/);
});
