import { expect, test } from '@playwright/test';
import { attemptsByProblem, passAtK } from '../../../../harness/metrics/pass-at-k.ts';
import { differences, goldenVectors } from './golden-vectors.ts';

test("equals scipy's hypergeometric survival function", () => {
  const { passAtK: rows } = goldenVectors<{
    readonly passAtK: readonly (readonly [samples: number, passed: number, k: number, value: number])[];
  }>('outputs');
  const cases = rows.map(([samples, passed, k, theirs]) => ({
    what: `${passed} of ${samples}, k ${k}`,
    ours: Number(passAtK({ samples, passed }, k)),
    theirs,
  }));
  expect(cases.length).toBeGreaterThan(140);
  expect(differences(cases, 1e-9)).toEqual([]);
});

test('has no value for more attempts than were made, and refuses counts that cannot be', () => {
  expect(passAtK({ samples: 3, passed: 3 }, 4)).toMatchObject({ value: null });
  for (const [samples, passed, k] of [
    [2, 3, 1],
    [2, -1, 1],
    [2, 1, 0],
    [2.5, 1, 1],
    [NaN, 1, 1],
  ] as const) {
    expect(() => passAtK({ samples, passed }, k)).toThrow('expected integers');
  }
});

test('counts the repeats of each problem', () => {
  const outcomes = [
    { problem: 'a', passed: true },
    { problem: 'b', passed: false },
    { problem: 'a', passed: false },
  ];
  expect([...attemptsByProblem(outcomes)]).toEqual([
    ['a', { samples: 2, passed: 1 }],
    ['b', { samples: 1, passed: 0 }],
  ]);
});
