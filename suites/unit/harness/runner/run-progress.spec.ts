import { expect, test } from '@playwright/test';
import { pacesOf, RunProgressTracker } from '../../../../harness/runner/run-progress.ts';
import type { WatchedRecord } from '../../../../harness/runner/watch-records.ts';
import { sampleRecord } from '../../../helpers/records.ts';

const record = (task: string, id: number, parts: Partial<WatchedRecord> = {}): WatchedRecord => ({
  whose: 'model',
  record: sampleRecord({ task, sampleId: String(id) }),
  isOld: false,
  ...parts,
});

function tracker(paces: Record<string, number> = {}) {
  const clock = { ms: 0 };
  const tasks = [
    { suite: 'quality', task: 'quick', planned: 100 },
    { suite: 'quality', task: 'slow', planned: 10 },
  ];
  const progress = new RunProgressTracker(tasks, new Map(Object.entries(paces)), () => clock.ms);
  return { clock, progress };
}

test('foretells each task at its own pace: a slow one is not reckoned like a quick one before it', () => {
  const { clock, progress } = tracker({ 'quality/slow': 2_000 });
  clock.ms = 12;
  for (let i = 0; i < 50; i++) progress.add(record('quick', i));
  clock.ms = 500;
  expect(progress.timeLeft()).toEqual({ ms: 50 * 10 + 10 * 2_000, atLeast: false });
});

test('says at least where the pace of a task is not known, and nothing where that of none is', () => {
  const { clock, progress } = tracker();
  expect(progress.timeLeft()).toBeNull();
  clock.ms = 12;
  for (let i = 0; i < 50; i++) progress.add(record('quick', i));
  clock.ms = 500;
  expect(progress.timeLeft()).toEqual({ ms: 500, atLeast: true });
});

test('a record asked again counts once, and records of an earlier session say nothing of the pace', () => {
  const { progress } = tracker();
  const error = { code: 'E_TIMEOUT', message: 'late' };
  for (let i = 0; i < 9; i++) progress.add(record('slow', i, { isOld: true }));
  const failed = sampleRecord({ task: 'slow', sampleId: '9', error, timing: null });
  progress.add(record('slow', 9, { record: failed }));
  expect(progress.tasks()[1]).toMatchObject({ done: 10, errors: 1 });
  progress.add(record('slow', 9));
  expect(progress.tasks()[1]).toMatchObject({ done: 10, errors: 0, medianMs: 12 });
  expect(progress.timeLeft()).toBeNull(); // of quick nothing is known
});

test('the pace of an earlier run spans its first request and its last answer', () => {
  const timing = (second: number) => ({
    startedAt: `2026-01-01T00:00:0${second}.000Z`,
    latencyMs: 500,
    ttftMs: 1,
  });
  const records = [0, 1, 2, 3].map((second) => sampleRecord({ timing: timing(second) }));
  expect(pacesOf(new Map([['quality/facts', records]])).get('quality/facts')).toBe(3_500 / 4);
  expect(pacesOf(new Map([['quality/x', [sampleRecord({ timing: null })]]]))).toEqual(new Map());
});
