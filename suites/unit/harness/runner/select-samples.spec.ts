import { expect, test } from '@playwright/test';
import type { Sample } from '../../../../harness/tasks/task.ts';
import { sampleSeed, selectSamples } from '../../../../harness/runner/select-samples.ts';

const samples: Sample[] = Array.from({ length: 100 }, (_, i) => ({ id: `s${i}`, prompt: `prompt ${i}` }));

test('takes everything without a limit, and everything when the limit is larger', () => {
  expect(selectSamples(samples, null, 0)).toBe(samples);
  expect(selectSamples(samples, 1000, 0)).toBe(samples);
});

test('takes exactly the limit, in the order of the dataset, the same for the same seed', () => {
  const taken = selectSamples(samples, 20, 7);
  expect(taken).toHaveLength(20);
  expect(taken).toEqual(samples.filter((sample) => taken.includes(sample)));
  expect(selectSamples(samples, 20, 7)).toEqual(taken);
  expect(selectSamples(samples, 20, 8)).not.toEqual(taken);
});

test('draws from the whole of a sorted set, not from its beginning', () => {
  const late = selectSamples(samples, 20, 0).filter((sample) => samples.indexOf(sample) >= 50);
  expect(late.length).toBeGreaterThan(4);
});

test('a sample keeps its place in the draw when others are added', () => {
  const grown = [...samples, ...Array.from({ length: 50 }, (_, i) => ({ id: `new${i}`, prompt: 'p' }))];
  const before = new Set(selectSamples(samples, 40, 3).map(({ id }) => id));
  const after = selectSamples(grown, 40, 3).filter(({ id }) => !id.startsWith('new'));
  expect(after.every(({ id }) => before.has(id))).toBe(true);
});

test('a generation has a seed of its own, the same on every run', () => {
  const seeds = new Set<number>();
  for (const task of ['a', 'b']) {
    for (const id of ['x', 'y']) {
      for (const repeat of [0, 1]) seeds.add(sampleSeed(0, task, id, repeat));
    }
  }
  expect(seeds.size).toBe(8);
  expect([...seeds].every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
  expect(sampleSeed(0, 'a', 'x', 0)).toBe(sampleSeed(0, 'a', 'x', 0));
});
