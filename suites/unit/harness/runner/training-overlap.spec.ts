/** What a run says of training data that hold its questions. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { judgeRun } from '../../../../harness/gates/judge-again.ts';
import { parseGates } from '../../../../harness/gates/gates-file.ts';
import { withContaminationMetric } from '../../../../harness/gates/contamination.ts';
import {
  readTrainingData,
  TRAINING_DATA,
  writeTrainingData,
} from '../../../../harness/registry/training-data.ts';
import type { RunInfo } from '../../../../reports/report-data.ts';
import { record, task } from '../gates/records.ts';
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
  expect(await trainingOverlap([clean], null, plan)).toMatchObject({ contaminated: 0, tasks: {} });
  const found = (await trainingOverlap([clean, planted], null, plan))!;
  expect(found.tasks).toEqual({ 'quality/facts': found.contaminated });
  expect(found.first[0]).toMatchObject({
    task: 'quality/facts',
    sampleId: long.id,
    place: 'planted.jsonl line 2',
  });
  expect(overlapInWords(found)).toContain(`${found.contaminated} of ${found.samples} samples`);
});

test('reads what the model was trained on from its own folder, and says what it could not read', async () => {
  const facts = catalog.filter(({ name }) => name === 'facts');
  const options = { suites: [], limit: null, seed: 0, repeats: 1, datasets: null };
  const plan = await planRun(facts, { kind: 'engine', scoresText: true, parameterCount: null }, options);
  const long = plan.tasks[0]!.samples.find(({ prompt = '' }) => prompt.split(' ').length >= 5)!;
  const info = test.info();
  const [model, data] = [info.outputPath('model'), info.outputPath('train.jsonl')];
  await mkdir(model);
  expect(await trainingOverlap([], model, plan)).toBeNull();
  await writeFile(data, `${JSON.stringify({ input: long.prompt, output: 'Because.' })}\n`);
  await writeTrainingData(model, [data]);
  const found = (await trainingOverlap([], model, plan))!;
  expect(found.sampleIds!['quality/facts']).toContain(long.id);
  expect(found.unread).toBeUndefined();
  // Named by hand as well, it is looked into once.
  expect((await trainingOverlap([data], model, plan))!.files).toHaveLength(1);
  await writeFile(data, 'other\n');
  expect((await trainingOverlap([], model, plan))!.unread).toEqual([
    { name: 'train.jsonl', reason: 'was changed since' },
  ]);
  await writeFile(join(model, TRAINING_DATA), '{"files": [{"name": 1}, null, {"path": "x"}]}');
  expect(await trainingOverlap([], model, plan)).toBeNull();
});

test('what a model was trained on is told by places seen from its folder, and found again where the folder was moved', async () => {
  const info = test.info();
  const model = info.outputPath('models', 'one');
  const data = info.outputPath('data', 'train.jsonl');
  await mkdir(model, { recursive: true });
  await mkdir(dirname(data));
  await writeFile(data, '{"input":"a","output":"b"}\n');
  await writeTrainingData(model, [data]);
  const written = await readFile(join(model, TRAINING_DATA), 'utf8');
  expect(JSON.parse(written)).toMatchObject({
    files: [{ name: 'train.jsonl', path: '../../data/train.jsonl' }],
  });
  expect(written).not.toContain(info.outputPath());
  expect((await readTrainingData(model))[0]!.places).toContain(data);
  // As in the registry: seen from there, nothing lies at that place; seen from the project's folder it does.
  const moved = info.outputPath('registry', 'objects', 'deep', 'one');
  await mkdir(moved, { recursive: true });
  await writeFile(join(moved, TRAINING_DATA), written);
  const before = process.cwd();
  process.chdir(info.outputPath());
  try {
    expect((await readTrainingData(moved))[0]!.places).toContain(data);
  } finally {
    process.chdir(before);
  }
});

test('a gate holds the contaminated samples of a task at 0, and cannot be evaluated where nobody knows them', () => {
  const overlap = {
    files: [],
    samples: 2,
    contaminated: 1,
    tasks: { 'quality/facts': 1 },
    sampleIds: { 'quality/facts': ['q1'] },
    first: [],
  };
  const gates = parseGates(
    'version: 1\ngates: [{metric: quality/facts.contaminated, atMost: 0}]',
    'gates.yaml',
  );
  const samples = [record(0), record(1)];
  const judged = (known: RunInfo['trainingOverlap']) => {
    const facts = withContaminationMetric(task(2, []), known);
    const info = { tasks: [facts], model: { name: 'm' }, baseline: null, limit: null, status: 'complete' };
    const run = { ...info, ...(known && { trainingOverlap: known }) } as unknown as RunInfo;
    return judgeRun(run, gates, samples, null).verdict;
  };
  const found = judged(overlap);
  expect(found.gates[0]).toMatchObject({ outcome: 'fail', value: 1 });
  expect(found.contamination).toEqual({ samples: 2, contaminated: 1, tasks: { 'quality/facts': 1 } });
  expect(found.sentence).toContain('1 sample known from training');
  expect(judged({ ...overlap, contaminated: 0, tasks: {}, sampleIds: {} }).outcome).toBe('pass');
  expect(judged(undefined).outcome).toBe('could-not-evaluate');
  const unread = [{ name: 'train.jsonl', reason: 'was changed since' }];
  expect(judged({ ...overlap, unread }).outcome).toBe('could-not-evaluate');
});
