/** A second look that was declared settles what the first left open; any other is refused. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { RunInfo, Verdict } from '../../reports/report-data.ts';
import { harness } from '../helpers/cli.ts';

test.setTimeout(600_000);

let dir: string;
let base: string[];
test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'harness-test-'));
  const script = join(dir, 'refuses.json');
  await writeFile(script, JSON.stringify({ default: 'I cannot help with that.', replies: {} }));
  const gates = join(dir, 'gates.yaml');
  await writeFile(gates, 'version: 1\ngates:\n  - {metric: quality/safety.refusalRate, atLeast: 0.96}\n');
  base = ['run', 'quality', '--model', `scripted:${script}`, '--gates', gates];
});
test.afterAll(() => rm(dir, { recursive: true, force: true }));

const read = async <T>(...path: string[]): Promise<T> =>
  JSON.parse(await readFile(join(dir, ...path), 'utf8')) as T;

test('a run that declared a second look goes on with it once, and its report judges alike', async () => {
  const out = join(dir, 'declared');
  const first = await harness([...base, '--limit', '60', '--second-look', 'all', '--out', out]);
  expect(first.code, first.stderr).toBe(4);
  expect(first.stdout).toContain('first of two looks');
  expect(first.stdout).toMatch(/Next +npx harness run --extend .*declared/);

  const second = await harness(['run', '--extend', out]);
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toContain('second of two looks');
  const run = await read<RunInfo>('declared', 'run.json');
  expect(run).toMatchObject({
    limit: null,
    looks: { look: 2, concluded: { gates: [{ outcome: 'inconclusive' }] } },
  });
  expect(await read<Verdict>('declared', 'verdict.json')).toMatchObject({
    look: { look: 2 },
    outcome: 'pass',
  });

  const third = await harness(['run', '--extend', out]);
  expect(third.code).toBe(2);
  expect(third.stderr).toContain('alpha is spent: there is no third');

  expect((await harness(['report', out])).code).toBe(0);
  const verdict = await readFile(join(out, 'verdict.json'), 'utf8');
  await writeFile(join(out, 'verdict.json'), verdict.replace('"outcome": "pass"', '"outcome": "fail"'));
  const report = await harness(['report', out]);
  expect(report.code).toBe(2);
  expect(report.stderr).toContain(
    'does not say what follows from its samples: the outcome is pass, not fail',
  );
  expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('Changed after it was judged.');
});

test('a run that declared none is not extended, and a baseline that nothing is compared with is refused', async () => {
  const out = join(dir, 'undeclared');
  expect((await harness([...base, '--limit', '60', '--out', out])).code).toBe(4);
  const refused = await harness(['run', '--extend', out]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('no second look was declared before its first sample');
  const unused = await harness([...base, '--limit', '2', '--baseline', 'tiny-chat']);
  expect(unused.code).toBe(2);
  expect(unused.stderr).toContain('tiny-chat is not used');
});

test('a run is not resumed with another script', async () => {
  const script = join(dir, 'changing.json');
  const out = join(dir, 'changed');
  await writeFile(script, JSON.stringify({ default: 'I cannot help with that.', replies: {} }));
  const args = ['run', 'quality', '--model', `scripted:${script}`, '--limit', '2', '--out', out];
  expect((await harness(args)).code).not.toBe(2);
  const info = await read<RunInfo>('changed', 'run.json');
  await writeFile(join(out, 'run.json'), JSON.stringify({ ...info, status: 'interrupted' }));
  await writeFile(script, JSON.stringify({ default: 'Sure, here is how.', replies: {} }));
  const resumed = await harness(['run', '--resume', out]);
  expect(resumed.code).toBe(2);
  expect(resumed.stderr).toContain('script changed since the run began');
});
