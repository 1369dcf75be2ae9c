/** `harness compare` as a process: exit codes, JSON, the page. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parseGates } from '../../harness/gates/gates-file.ts';
import { judgeRun } from '../../harness/gates/judge-again.ts';
import { digestOf } from '../../harness/runs/digest.ts';
import type { RunInfo } from '../../reports/report-data.ts';
import { harness } from '../helpers/cli.ts';
import { binary, records, spec, task } from '../unit/harness/gates/records.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';

const GATES = 'version: 1\ngates:\n  - { metric: quality/facts.exactMatch, atLeast: 0.1 }\n';

/** The folder of a run with so many right answers of 40; verdict and metrics follow from its records. */
function writeRun(name: string, right: number): string {
  const dir = test.info().outputPath(name);
  const samples = records(binary(40 - right, right), { score: 'exactMatch' });
  const info: RunInfo = {
    ...sampleReport({ facts: 3 }).run,
    baseline: null,
    leftOut: [],
    tasks: [task(40, [spec('exactMatch', 'proportion')])],
    gates: { path: 'gates.yaml', digest: digestOf(GATES) },
  };
  const { metrics, verdict } = judgeRun(info, parseGates(GATES, 'gates.yaml'), samples, null);
  mkdirSync(dir, { recursive: true });
  const files = {
    'run.json': JSON.stringify(info),
    'metrics.json': JSON.stringify(metrics),
    'verdict.json': JSON.stringify(verdict),
    'gates.yaml': GATES,
    'samples.jsonl': samples.map((record) => `${JSON.stringify(record)}\n`).join(''),
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return dir;
}

test('ends with 1 where a metric is shown to be worse, 0 where none is, and writes the page', async () => {
  const good = writeRun('good', 38);
  const bad = writeRun('bad', 15);
  const worse = await harness(['compare', good, bad, '--json']);
  expect(worse.code, worse.stderr).toBe(1);
  const told = JSON.parse(worse.stdout) as { outcome: string; html: string; samples?: unknown };
  expect(told).toMatchObject({ outcome: 'worse', html: join(bad, 'comparison.html') });
  expect(told.samples).toBeUndefined();
  expect(readFileSync(told.html, 'utf8')).toMatch(/^<!doctype html>/i);

  const page = join(good, 'other.html');
  const same = await harness(['compare', good, good, '--out', page]);
  expect({ code: same.code, stderr: same.stderr }).toEqual({ code: 0, stderr: '' });
  expect(same.stdout).toMatch(/no clear difference/);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i);
});

test('a folder that is no run, and one whose metrics were edited, end with 2', async () => {
  const run = writeRun('one', 30);
  const missing = await harness(['compare', run, join(run, 'none')]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/^E_RUN_INVALID: /);
  const path = join(run, 'metrics.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"value":0.75', '"value":0.95'));
  const edited = await harness(['compare', run, run]);
  expect(edited.code).toBe(2);
  expect(edited.stderr).toContain('does not say what follows from its samples');
});
