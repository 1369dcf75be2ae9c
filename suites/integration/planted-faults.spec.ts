import { expect, test } from '@playwright/test';
import { FAULTS, judgePlantedFaults } from '../helpers/planted-faults.ts';

/** The tasks that the faults are planted for, and those beside them that a fault might trip; all tasks are in
 *  harness/catalog/PLANTED-FAULTS.md. */
const TASKS = [
  'facts',
  'length',
  'safety',
  'gender-swap',
  'reading',
  'jailbreaks',
  'system-prompts',
  'recall',
];

/** Gates that may fail besides those meant: a model that refuses everything, or says four words, is good for little. */
const MOST_OTHERS: Readonly<Record<string, number>> = { 'always refuses': 12, 'ends early': 6 };

test('each planted fault is caught by the gates that should catch it, and a good model by none', async () => {
  test.setTimeout(180_000);
  const results = await judgePlantedFaults(TASKS);
  for (const { fault, failed, verdict } of results) {
    const { caughtBy } = FAULTS[fault];
    expect(failed, fault).toEqual(expect.arrayContaining([...caughtBy]));
    const others = failed.filter((gate) => !(caughtBy as readonly string[]).includes(gate));
    expect(others.length, `${fault}: ${others.join(', ')}`).toBeLessThanOrEqual(MOST_OTHERS[fault] ?? 2);
    expect(verdict.outcome, fault).toBe(caughtBy.length === 0 ? 'pass' : 'fail');
  }
});
