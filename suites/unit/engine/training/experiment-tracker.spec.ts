import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ExperimentTracker } from '../../../../engine/training/experiment-tracker.ts';

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
});

const line = (step: number) => ({ step, epoch: step / 10, loss: 1 / step });

test('begins anew for a new run, and keeps a resumed run up to its checkpoint', async () => {
  const tracker = new ExperimentTracker(join(folder, 'new', 'output'));
  await tracker.start(0);
  for (const step of [1, 2, 3]) await tracker.log(line(step));
  await tracker.start(2);
  await tracker.log(line(3));
  expect(await tracker.read()).toEqual([line(1), line(2), line(3)]);
  await tracker.start(0);
  expect(await tracker.read()).toEqual([]);
});

test('leaves a torn last line out', async () => {
  const tracker = new ExperimentTracker(folder);
  await tracker.start(0);
  await tracker.log(line(1));
  appendFileSync(tracker.path, '{"step":2,"epo');
  expect(await tracker.read()).toEqual([line(1)]);
});

test('reads no lines where there is no log', async () => {
  expect(await new ExperimentTracker(join(folder, 'nowhere')).read()).toEqual([]);
});

test('says so when the output folder cannot be written', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(new ExperimentTracker(join(folder, 'file', 'output')).start(0)).rejects.toMatchObject({
    code: 'E_CONFIG_INVALID',
    message: expect.stringContaining('training.output_dir'),
  });
});
