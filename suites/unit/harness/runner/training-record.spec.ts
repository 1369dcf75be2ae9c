import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readTrainingRecord } from '../../../../harness/runner/training-record.ts';
import { renderHtml } from '../../../../reports/index.ts';
import { sampleReport } from '../../reports/sample-report.ts';

test('tells the curves of the bundled model, and the report draws them', async () => {
  const training = (await readTrainingRecord('fixtures/models/tiny-chat'))!;
  const loss = training.curves.find(({ name }) => name === 'loss')!;
  expect(loss.points.length).toBeGreaterThan(10);
  expect(loss.points[0]![1]).toBeGreaterThan(loss.points.at(-1)![1]);
  const data = sampleReport({ facts: 3 });
  const page = renderHtml({ ...data, run: { ...data.run, training } });
  expect(page).toContain('<h2 id="training">Training</h2>');
  expect(page).toContain('aria-label="loss over');
});

test('keeps first, last and 120 points of a long log, and passes over torn lines', async () => {
  const folder = test.info().outputPath('model');
  mkdirSync(folder, { recursive: true });
  const lines = Array.from({ length: 5000 }, (_, step) =>
    JSON.stringify({ step, loss: 5000 - step, note: 'x' }),
  );
  writeFileSync(join(folder, 'training-log.jsonl'), `${lines.join('\n')}\n{"step": 5`);
  const training = (await readTrainingRecord(folder))!;
  expect(training.curves.map(({ name }) => name)).toEqual(['loss']);
  const { points } = training.curves[0]!;
  expect([points.length, points[0], points.at(-1)]).toEqual([120, [0, 5000], [4999, 1]]);
});

test('a model that tells nothing has no record', async () => {
  const folder = test.info().outputPath('bare');
  mkdirSync(folder, { recursive: true });
  expect(await readTrainingRecord(folder)).toBeNull();
});
