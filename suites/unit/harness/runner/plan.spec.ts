import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { catalog } from '../../../../harness/catalog/index.ts';
import { isBeyondModel } from '../../../../harness/gates/evidence.ts';
import { planRun, summaryOf } from '../../../../harness/runner/plan.ts';
import { configurationDigest } from '../../../../harness/runner/same-run.ts';

const options = { suites: ['quality'], limit: 2, seed: 0, repeats: 1, datasets: null };
const model = { kind: 'engine', scoresText: true } as const;

test('leaves out what a small model cannot do, with the reason, unless the task is asked for by name', async () => {
  const small = await planRun(catalog, { ...model, parameterCount: 1_100_000 }, options);
  const part = small.leftOut.find(({ name }) => name === 'quality/reading')!;
  expect(part.reason).toBe('it is for models of 50 million parameters and more; this one has 1.1 million');
  expect(isBeyondModel(part, 1_100_000)).toBe(true);
  expect(small.tasks.map(({ task }) => task.name)).toContain('facts');

  const named = await planRun(
    catalog,
    { ...model, parameterCount: 1_100_000 },
    { ...options, suites: ['quality/reading'] },
  );
  expect(named.tasks.map(({ task }) => task.name)).toEqual(['reading']);
});

test('asks everything of a large model, and of one whose size is not known', async () => {
  for (const parameterCount of [135_000_000, null]) {
    const { tasks, leftOut } = await planRun(catalog, { ...model, parameterCount }, options);
    expect(tasks.map(({ task }) => task.name)).toEqual(
      expect.arrayContaining(['reading', 'jailbreaks', 'counterfactual', 'pronouns']),
    );
    expect(leftOut.filter(({ leastParameters }) => leastParameters !== undefined)).toEqual([]);
  }
});

test('a part is beyond the model only where the model is known to be smaller', () => {
  const part = { name: 'quality/reading', reason: 'r', leastParameters: 50_000_000 };
  expect(isBeyondModel(part, 1_100_000)).toBe(true);
  expect(isBeyondModel(part, 50_000_000)).toBe(false);
  expect(isBeyondModel(part, null)).toBe(false);
  expect(isBeyondModel({ name: 'quality/facts', reason: 'not asked for' }, 1)).toBe(false);
});

test('a dataset of the project is named by its place in it, which is no part of what is asked', () => {
  const task = catalog[0]!;
  const dataset = { name: 'own', digest: 'sha256:00', samples: [] };
  const placed = (path: string) => summaryOf(task, { ...dataset, path }, 0);
  expect(placed(join(process.cwd(), 'suites/own.jsonl')).dataset.path).toBe('suites/own.jsonl');
  expect(placed(join(process.cwd(), '../own.jsonl')).dataset).not.toHaveProperty('path');
  const digestOf = (path: string) =>
    configurationDigest(
      { tasks: [{ task, samples: [], summary: placed(path) }], leftOut: [], parts: [] },
      options,
      null,
    );
  expect(digestOf(join(process.cwd(), 'a.jsonl'))).toBe(digestOf('/elsewhere/b.jsonl'));
});
