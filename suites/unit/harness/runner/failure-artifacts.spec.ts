import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { writeFailureArtifacts } from '../../../../harness/runner/failure-artifacts.ts';
import { sampleReport } from '../../reports/sample-report.ts';

test('the model that is kept is its files, also where its folder holds links as the hub’s cache does', async () => {
  const dir = test.info().outputPath('run');
  const blobs = test.info().outputPath('blobs');
  const snapshot = test.info().outputPath('snapshot');
  for (const folder of [dir, blobs, snapshot]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(blobs, 'abc'), 'weights');
  symlinkSync(join(blobs, 'abc'), join(snapshot, 'model.safetensors'));

  const failed = { dir, data: sampleReport({ facts: 3, hostile: false }), failure: null };
  const folder = (await writeFailureArtifacts(failed, snapshot))!;
  const kept = join(folder, 'model/snapshot/model.safetensors');
  expect(readFileSync(kept, 'utf8')).toBe('weights');
  expect(lstatSync(kept).isSymbolicLink()).toBe(false);
});

test('a run that passes leaves no failure folder', async () => {
  const data = sampleReport({ facts: 3, hostile: false });
  const passed = { ...data, verdict: { ...data.verdict, outcome: 'pass' as const } };
  const dir = test.info().outputPath('run');
  expect(await writeFailureArtifacts({ dir, data: passed, failure: null }, null)).toBeNull();
});

test('a model’s folder that holds the run is kept without the run', async () => {
  const model = test.info().outputPath('model');
  const dir = join(model, 'runs/r1');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(model, 'config.json'), '{}');
  writeFileSync(join(model, 'runs/notes.txt'), 'kept');
  const failed = { dir, data: sampleReport({ facts: 3, hostile: false }), failure: null };
  const folder = (await writeFailureArtifacts(failed, model))!;
  expect(readFileSync(join(folder, 'model/model/config.json'), 'utf8')).toBe('{}');
  expect(readFileSync(join(folder, 'model/model/runs/notes.txt'), 'utf8')).toBe('kept');
  expect(existsSync(join(folder, 'model/model/runs/r1'))).toBe(false);
});
