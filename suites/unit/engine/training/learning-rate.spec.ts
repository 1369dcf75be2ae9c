import { expect, test } from '@playwright/test';
import { learningRate, type Schedule } from '../../../../engine/training/learning-rate.ts';

const ratesOf = (kind: Schedule['kind'], warmupSteps: number, totalSteps: number) =>
  Array.from({ length: totalSteps + 2 }, (_, step) =>
    learningRate({ kind, peak: 8, warmupSteps, totalSteps }, step),
  );

test("follows Hugging Face's schedules", () => {
  // transformers 5.23: get_scheduler(kind, warm-up 2, total 6) at a peak of 8; the last two steps are past the end.
  const table = {
    constant: [0, 4, 8, 8, 8, 8, 8, 8],
    linear: [0, 4, 8, 6, 4, 2, 0, 0],
    cosine: [0, 4, 8, 4 + 2 * Math.SQRT2, 4, 4 - 2 * Math.SQRT2, 0, 0],
  };
  for (const [kind, expected] of Object.entries(table)) {
    ratesOf(kind as Schedule['kind'], 2, 6).forEach((rate, step) =>
      expect(rate, `${kind}, step ${step}`).toBeCloseTo(expected[step]!, 12),
    );
  }
});

test('starts at the peak without a warm-up', () => {
  expect(ratesOf('cosine', 0, 4)[0]).toBe(8);
});

test('only rises when the warm-up is as long as the training', () => {
  expect(ratesOf('linear', 4, 4).slice(0, 4)).toEqual([0, 2, 4, 6]);
});
