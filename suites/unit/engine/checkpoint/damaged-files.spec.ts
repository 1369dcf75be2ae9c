import { expect, test } from '@playwright/test';
import { fuzzModelFiles } from '../../../helpers/fuzz-model-files.ts';

test('reads 300 damaged model files without a crash, a hang or a runaway allocation', async () => {
  const report = await fuzzModelFiles(test.info().outputPath('files'), 7, 300);
  test.info().annotations.push({ type: 'report', description: JSON.stringify(report) });
  expect(report.faults).toEqual([]);
  expect(report.memoryGrowth).toBeLessThan(2 ** 28);
  // Most of the damage is found; some falls where it changes nothing that can be told.
  expect(report.accepted / report.tried).toBeLessThan(0.7);
});
