import { expect, test } from '@playwright/test';
import { editDistance, editSimilarity } from '../../../../harness/metrics/edit-similarity.ts';
import { differences, goldenVectors } from './golden-vectors.ts';

interface Golden {
  readonly edit: readonly (readonly [left: string, right: string, distance: number, similarity: number])[];
}

test('equals rapidfuzz, to the last digit, in both directions', () => {
  const { edit } = goldenVectors<Golden>('outputs');
  expect(edit.length).toBeGreaterThan(300);
  const cases = edit.flatMap(([left, right, distance, similarity]) => [
    { what: `${left} → ${right}`, ours: Number(editDistance(left, right)), theirs: distance },
    { what: `${right} → ${left}`, ours: Number(editDistance(right, left)), theirs: distance },
    { what: `${left} ~ ${right}`, ours: Number(editSimilarity(left, right)), theirs: similarity },
  ]);
  expect(differences(cases, 1e-12)).toEqual([]);
});

test('takes the nearest of several references, and code points as they are', () => {
  expect(editSimilarity('abc', ['xyz', 'abd'])).toBeCloseTo(2 / 3, 12);
  expect(editSimilarity('😀', '😃')).toBe(0);
  expect(editDistance('é', 'e\u0301')).toBe(2);
  expect(() => editSimilarity('a', [])).toThrow('no reference');
});

test('refuses a table beyond its bound, and only that', () => {
  const long = 'ab'.repeat(60_000);
  expect(editDistance(long, 'cd'.repeat(60_000))).toMatchObject({
    value: null,
    reason: expect.stringContaining('120000 × 120000'),
  });
  expect(editDistance(`${long}x`, `${long}y`)).toBe(1);
  expect(editDistance('a'.repeat(1_000_000), 'b')).toBe(1_000_000);
});
