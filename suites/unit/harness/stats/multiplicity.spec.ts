import { expect, test } from '@playwright/test';
import { holm } from '../../../../harness/stats/multiplicity.ts';
import { differences, golden } from './golden.ts';

test("agrees with statsmodels' Holm, in the order given", () => {
  const rows = golden.holm.flatMap(({ p, adjusted }) =>
    holm(p).map((ours, i) => ({ what: `${p.join(', ')} [${i}]`, ours, theirs: adjusted[i]! })),
  );
  expect(rows.length).toBeGreaterThan(20);
  expect(differences(rows, 1e-9)).toEqual([]);
  expect(holm([])).toEqual([]);
});
