import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { harness } from '../../../../helpers/cli.ts';
import { sampleReport } from '../../../../unit/reports/sample-report.ts';

function writeRun(dir: string): void {
  const data = sampleReport({ facts: 5 });
  mkdirSync(dir, { recursive: true });
  const lines = (records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const files = {
    'run.json': JSON.stringify(data.run),
    'metrics.json': JSON.stringify(data.metrics),
    'verdict.json': JSON.stringify(data.verdict),
    'gates.yaml': 'gates: []\n',
    'samples.jsonl': lines(data.samples),
    'baseline-samples.jsonl': lines(data.baselineSamples!),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
}

test('rebuilds the three reports from the records and prints where', async () => {
  const dir = test.info().outputPath('run');
  writeRun(dir);
  const { stdout } = await harness(['report', dir, '--json']);
  const { outcome, html, markdown, junit } = JSON.parse(stdout) as Record<string, string>;
  expect(outcome).toBe('fail');
  expect(html).toBe(join(dir, 'report.html'));
  expect(readFileSync(html!, 'utf8')).toContain('2 of 10 gates do not hold');
  expect(readFileSync(markdown!, 'utf8')).toMatch(/^## ✕ Fail/);
  expect(readFileSync(junit!, 'utf8')).toContain('failures="3" errors="1"');
});

test('refuses a folder that is no run, with exit code 2, and writes nothing', async () => {
  const dir = test.info().outputPath('nothing');
  mkdirSync(dir, { recursive: true });
  const { code, stderr, stdout } = await harness(['report', dir]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^E_RUN_INVALID: .*run\.json/);
  expect(existsSync(join(dir, 'report.html'))).toBe(false);
});
