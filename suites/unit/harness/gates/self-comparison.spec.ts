import { expect, test } from '@playwright/test';
import { uniform } from '../../../../engine/training/random.ts';
import { compareWithItself } from '../../../../harness/gates/self-comparison.ts';
import { gates, record, spec, task } from './records.ts';

/** Every sample asked twice, right with its own chance. */
function asked(samples: number, repeats: number, spread: number) {
  const random = uniform(5);
  return Array.from({ length: samples }, (_, i) => {
    const chance = 0.9 - spread * (i % 2);
    return Array.from({ length: repeats }, (__, repeat) =>
      record(i, { repeat, scores: { x: random() < chance ? 1 : 0 } }),
    );
  }).flat();
}

const options = { resamples: 120, seed: 1 };
const tasks = [task(400, [spec('x', 'proportion')])];

test('measures false alarms and false passes of each gate on the model against itself, the same for the same seed', () => {
  const rules = gates(
    'quality/facts.x, atLeast: 0.2',
    'quality/facts.x, notWorseThan: baseline, margin: 0.1',
  );
  const samples = asked(200, 2, 0.3);
  const found = compareWithItself(rules, tasks, samples, options);
  const [threshold, comparison] = found.gates;
  expect(found).toMatchObject({ resamples: 120, alpha: expect.closeTo(0.025), exceedsAlpha: false });
  expect(threshold).toMatchObject({ n: 400, passesItself: null, note: 'at the value of the run' });
  expect(comparison).toMatchObject({ n: 200, clusters: 200, note: '' });
  for (const rate of [
    threshold!.falseAlarm,
    threshold!.falsePass,
    comparison!.falseAlarm,
    comparison!.falsePass,
  ]) {
    expect(rate).toMatchObject({ of: 120 });
    expect(rate!.value).toBeLessThan(0.08);
  }
  expect(comparison!.passesItself!.value).toBeGreaterThan(0.4);
  expect(compareWithItself(rules, tasks, samples, options)).toEqual(found);
});

test('says what cannot be measured', () => {
  const rule = gates('quality/facts.x, notWorseThan: baseline, margin: 0.1', 'quality/facts.x, always: true');
  const once = compareWithItself(rule, tasks, asked(50, 1, 0), options).gates;
  expect(once).toHaveLength(1);
  expect(once[0]).toMatchObject({ falseAlarm: null, note: 'no sample was asked twice: run with --aa' });
  const steady = asked(50, 1, 0.5).flatMap((each) => [each, { ...each, repeat: 1 }]);
  const alike = compareWithItself(rule, tasks, steady, options).gates[0]!;
  expect(alike.note).toBe('the model scores the same each time: no alarm is possible');
  expect(alike.falseAlarm!.count).toBe(0);
  const wide = gates('quality/facts.x, notWorseThan: baseline, margin: 2');
  expect(compareWithItself(wide, tasks, steady, options).gates[0]).toMatchObject({
    falsePass: null,
    note: expect.stringContaining('it cannot be worse by the margin'),
  });
});
