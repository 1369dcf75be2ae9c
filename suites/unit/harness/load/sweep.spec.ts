import { expect, test } from '@playwright/test';
import { judgeStep, type LoadStep } from '../../../../harness/load/load-verdict.ts';
import { sweep } from '../../../../harness/load/sweep.ts';
import { healthy, loadRecord } from './records.ts';

/** A server that meets the objective up to `capacity`, measured by a generator that keeps up to `reach`. */
function levels(capacity: number, { reach = Infinity, saturates = false } = {}) {
  const tried: number[] = [];
  const records = [loadRecord(0, 0)];
  const plain = { ratePerS: null, openLoop: true, objective: { e2el: 150 }, attainment: 0.01 } as const;
  const measure = (ratePerS: number): Promise<LoadStep> => {
    tried.push(ratePerS);
    const outcome = ratePerS > reach ? 'invalid' : ratePerS <= capacity || saturates ? 'met' : 'missed';
    const saturated = saturates && ratePerS > capacity;
    return Promise.resolve({ ...judgeStep(records, healthy, plain), ratePerS, outcome, saturated });
  };
  return { tried, measure };
}

test('doubles, then bisects to within a tenth of the highest rate', async () => {
  const { tried, measure } = levels(11);
  const { end, ratePerS, nextPerS } = await sweep(1, 1_000, measure);
  expect(end).toBe('found');
  expect(tried.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
  expect(ratePerS).toBeLessThanOrEqual(11);
  expect(nextPerS).toBeGreaterThan(11);
  expect(nextPerS! / ratePerS!).toBeLessThanOrEqual(1.1);
  expect(tried.length).toBeLessThan(10);
});

test('goes down where the first rate is too high, and gives up in the end', async () => {
  const found = await sweep(16, 1_000, levels(3).measure);
  expect(found).toMatchObject({ end: 'found' });
  expect(found.ratePerS).toBeLessThanOrEqual(3);
  const none = levels(0);
  expect(await sweep(16, 1_000, none.measure)).toMatchObject({ end: 'none', ratePerS: null });
  expect(none.tried.length).toBe(7);
});

test('a saturated server ends the climb even where the objective still holds', async () => {
  const { end, ratePerS } = await sweep(1, 1_000, levels(6, { saturates: true }).measure);
  expect(end).toBe('found');
  expect(ratePerS).toBeLessThanOrEqual(6);
});

test('stops at the highest rate allowed, and where the generator gives out', async () => {
  const capped = levels(1e9);
  expect(await sweep(1, 10, capped.measure)).toMatchObject({ end: 'atLeast', ratePerS: 10 });
  expect(capped.tried).toEqual([1, 2, 4, 8, 10]);
  const limited = await sweep(1, 1e6, levels(1e9, { reach: 30 }).measure);
  expect(limited).toMatchObject({ end: 'generator', ratePerS: 16 });
});
