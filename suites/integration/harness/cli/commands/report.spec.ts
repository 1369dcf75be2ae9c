import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parseGates } from '../../../../../harness/gates/gates-file.ts';
import { judgeRun } from '../../../../../harness/gates/judge-again.ts';
import { digestOf } from '../../../../../harness/runs/digest.ts';
import type { Verdict } from '../../../../../reports/report-data.ts';
import { harness } from '../../../../helpers/cli.ts';
import { sampleReport } from '../../../../unit/reports/sample-report.ts';

const GATES = `version: 1
gates:
  - { metric: quality/facts.exactMatch, atLeast: 0.999 }
  - { metric: quality/nothing.exactMatch, atLeast: 0.5 }
`;

/** A run folder whose verdict follows from its records. */
function writeRun(dir: string): Verdict {
  const sample = sampleReport({ facts: 5 });
  const run = { ...sample.run, gates: { ...sample.run.gates, digest: digestOf(GATES) } };
  const gates = parseGates(GATES, 'gates.yaml');
  const { metrics, verdict } = judgeRun(run, gates, sample.samples, sample.baselineSamples);
  mkdirSync(dir, { recursive: true });
  const lines = (records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const files = {
    'run.json': JSON.stringify(run),
    'metrics.json': JSON.stringify(metrics),
    'verdict.json': JSON.stringify(verdict),
    'gates.yaml': GATES,
    'samples.jsonl': lines(sample.samples),
    'baseline-samples.jsonl': lines(sample.baselineSamples!),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return verdict;
}

test('rebuilds the three reports from the records and prints where', async () => {
  const dir = test.info().outputPath('run');
  const verdict = writeRun(dir);
  const { code, stdout, stderr } = await harness(['report', dir, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const { outcome, sentence, html, markdown, junit } = JSON.parse(stdout) as Record<string, string>;
  expect([outcome, sentence]).toEqual([verdict.outcome, verdict.sentence]);
  expect(html).toBe(join(dir, 'report.html'));
  expect(readFileSync(html!, 'utf8')).toContain('quality/facts.exactMatch');
  expect(readFileSync(markdown!, 'utf8')).toMatch(/^## /);
  expect(readFileSync(junit!, 'utf8')).toContain('errors="1"');
});

test('shows what follows from the records where verdict.json was edited, and says so', async () => {
  const dir = test.info().outputPath('edited');
  const verdict = writeRun(dir);
  const edited = { ...verdict, outcome: 'pass', sentence: 'Pass: everything holds.' };
  writeFileSync(join(dir, 'verdict.json'), JSON.stringify(edited));
  const { code, stdout, stderr } = await harness(['report', dir, '--json']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^E_RUN_INVALID: .*the outcome is .*, not pass/);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: verdict.outcome, sentence: verdict.sentence });
  expect(readFileSync(join(dir, 'report.html'), 'utf8')).not.toContain('everything holds');
});

test('refuses a folder that is no run, with exit code 2, and writes nothing', async () => {
  const dir = test.info().outputPath('nothing');
  mkdirSync(dir, { recursive: true });
  const { code, stderr, stdout } = await harness(['report', dir]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^E_RUN_INVALID: .*run\.json/);
  expect(existsSync(join(dir, 'report.html'))).toBe(false);
});
