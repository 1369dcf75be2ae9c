/** What a run says of training data that hold its questions. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { catalog } from '../../../../harness/catalog/index.ts';
import { planRun } from '../../../../harness/runner/plan.ts';
import { trainingOverlap } from '../../../../harness/runner/training-overlap.ts';
import { overlapInWords } from '../../../../reports/training-overlap.ts';

test('names the tasks whose questions were planted in the training data, and no other', async () => {
  const facts = catalog.filter(({ name }) => name === 'facts' || name === 'safety');
  const options = { suites: [], limit: null, seed: 0, repeats: 1, datasets: null };
  const plan = await planRun(facts, { kind: 'engine', scoresText: true, parameterCount: null }, options);
  const long = plan.tasks[0]!.samples.find(({ prompt = '' }) => prompt.split(' ').length >= 5)!;
  const clean = test.info().outputPath('clean.jsonl');
  const planted = test.info().outputPath('planted.jsonl');
  const row = (input: string) => `${JSON.stringify({ input, output: 'Because.' })}\n`;
  await writeFile(clean, row('An unrelated sentence about gardening in the rain and under the sun.'));
  await writeFile(planted, row('Something else.') + row(long.prompt!.toUpperCase()));
  expect(await trainingOverlap([clean], plan)).toMatchObject({ contaminated: 0, tasks: {} });
  const found = await trainingOverlap([clean, planted], plan);
  expect(found.tasks).toEqual({ 'quality/facts': found.contaminated });
  expect(found.first[0]).toMatchObject({
    task: 'quality/facts',
    sampleId: long.id,
    place: 'planted.jsonl line 2',
  });
  expect(overlapInWords(found)).toContain(`${found.contaminated} of ${found.samples} samples`);
});
