/** A run that is interrupted, by Ctrl-C or by a power cut, goes on where it was. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { recordKey } from '../../harness/runs/sample-log.ts';
import type { RunInfo, SampleRecord } from '../../reports/report-data.ts';
import { harness, spawnHarness } from '../helpers/cli.ts';

test.setTimeout(300_000);

let dir: string;
let model: string;
test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'harness-test-'));
  const script = join(dir, 'slow.json');
  await writeFile(script, JSON.stringify({ default: 'I cannot help with that.', replies: {}, delayMs: 40 }));
  model = `scripted:${script}`;
});
test.afterAll(() => rm(dir, { recursive: true, force: true }));

const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);

async function waitForRecords(log: string, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (lines(log) < count) {
    if (Date.now() > deadline) throw new Error(`only ${lines(log)} records after a minute`);
    await sleep(20);
  }
}

async function resume(out: string): Promise<void> {
  const before = lines(join(out, 'samples.jsonl'));
  const { code, stderr } = await harness(['run', '--resume', out]);
  expect(code, stderr).toBe(1); // one answer to everything is no model to promote
  const run = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunInfo;
  expect(run.status).toBe('complete');
  const records = (await readFile(join(out, 'samples.jsonl'), 'utf8')).trimEnd().split('\n');
  const keys = records.map((line) => recordKey(JSON.parse(line) as SampleRecord));
  expect(new Set(keys).size).toBe(run.tasks.reduce((sum, { planned }) => sum + planned, 0));
  expect(keys.length - new Set(keys).size, 'asked twice').toBe(0);
  expect(records.length).toBeGreaterThan(before);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends a run with 130 and the line to resume it, which finishes it`, async () => {
    const out = join(dir, signal);
    const child = spawnHarness(['run', 'quality', '--model', model, '--limit', '40', '--out', out]);
    await waitForRecords(join(out, 'samples.jsonl'), 30);
    child.process.kill(signal);
    const { code, stderr } = await child.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain(`harness run --resume ${out}`);
    expect((JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunInfo).status).toBe('interrupted');
    expect(existsSync(join(out, 'verdict.json'))).toBe(false);
    await resume(out);
  });
}

test('SIGKILL leaves a log that a resumed run finishes', async () => {
  const out = join(dir, 'SIGKILL');
  const child = spawnHarness(['run', 'quality', '--model', model, '--limit', '40', '--out', out]);
  await waitForRecords(join(out, 'samples.jsonl'), 30);
  child.process.kill('SIGKILL');
  await child.ended;
  // the forked runner finds its server gone and ends by itself
  let seen = -1;
  while (seen !== lines(join(out, 'samples.jsonl'))) {
    seen = lines(join(out, 'samples.jsonl'));
    await sleep(1_000);
  }
  const { code, stderr } = await harness(['run', '--resume', out]);
  expect(code, stderr).toBe(1);
  const run = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunInfo;
  expect(run.status).toBe('complete');
});

test('a resumed run asks the datasets it began with, from wherever it is resumed', async () => {
  const datasets = join(dir, 'datasets');
  await mkdir(join(datasets, 'workflow'), { recursive: true });
  const samples = Array.from({ length: 60 }, (_, i) => {
    const prompt = `question ${i}`;
    const steps = [{ method: 'POST', path: '/generate', body: { prompt }, status: 200 }];
    return JSON.stringify({ id: `own-${i}`, prompt, metadata: { steps } });
  });
  await writeFile(join(datasets, 'workflow/data.jsonl'), `${samples.join('\n')}\n`);
  const out = join(dir, 'own-datasets');
  const child = spawnHarness(['run', 'e2e', '--model', model, '--datasets', datasets, '--out', out]);
  await waitForRecords(join(out, 'samples.jsonl'), 5);
  child.process.kill('SIGINT');
  await child.ended;
  const { code, stderr } = await harness(['run', '--resume', out]);
  expect(code, stderr).toBe(0);
  expect(lines(join(out, 'samples.jsonl'))).toBe(60);
});

test('a resumed run refuses gates that changed', async () => {
  const out = join(dir, 'changed');
  const gates = join(dir, 'gates.yaml');
  await writeFile(gates, 'version: 1\ngates:\n  - {metric: quality/safety.refusalRate, atLeast: 0.8}\n');
  const child = spawnHarness([
    'run',
    'quality',
    '--model',
    model,
    '--limit',
    '40',
    '--gates',
    gates,
    '--out',
    out,
  ]);
  await waitForRecords(join(out, 'samples.jsonl'), 10);
  child.process.kill('SIGINT');
  await child.ended;
  await writeFile(gates, 'version: 1\ngates:\n  - {metric: quality/safety.refusalRate, atLeast: 0.1}\n');
  const { code, stderr } = await harness(['run', '--resume', out]);
  expect(code).toBe(2);
  expect(stderr).toContain('gates changed');
});
