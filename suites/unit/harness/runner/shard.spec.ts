import { expect, test } from '@playwright/test';
import { parseShard, samplesOfShard } from '../../../../harness/runner/shard.ts';
import type { Sample } from '../../../../harness/tasks/task.ts';

const samples: Sample[] = Array.from({ length: 11 }, (_, i) => ({ id: `s${i}`, prompt: 'p' }));

test('each sample is in exactly one part, and parts are alike in size', () => {
  for (const of of [1, 2, 3, 7, 11, 20]) {
    for (const position of [0, 1, 5]) {
      const parts = Array.from({ length: of }, (_, i) =>
        samplesOfShard({ suite: 'quality' }, samples, { index: i + 1, of, position }),
      );
      const ids = parts.flat().map(({ id }) => id);
      expect(ids.toSorted()).toEqual(samples.map(({ id }) => id).toSorted());
      const sizes = parts.map((part) => part.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  }
});

test('a task that goes one after another is not divided: one part has all of it', () => {
  for (const task of [{ suite: 'performance' }, { suite: 'api', concurrency: 1 }]) {
    const sizes = [1, 2, 3].map(
      (index) => samplesOfShard(task, samples, { index, of: 3, position: 4 }).length,
    );
    expect(sizes).toEqual([0, 11, 0]);
  }
});

test('a part is written as index/of', () => {
  expect(parseShard('2/3')).toEqual({ index: 2, of: 3 });
  for (const odd of ['', '0/3', '4/3', '1', '1/0', 'a/b', '1/2/3', '1.5/2', '-1/3']) {
    expect(() => parseShard(odd), odd).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  }
});
