import { expect, test } from '@playwright/test';
import { axisOf, intervalPlot } from '../../../../reports/html/interval-plot.ts';

test('shares one axis among scores in [0, 1]', () => {
  expect(axisOf([0.79, 0.85], 'unit')).toEqual({ from: 0, to: 1 });
  expect(axisOf([0.99, 1], 'unit')).toEqual({ from: 0, to: 1 });
});

test('starts other axes at zero and ends them at a round number', () => {
  const cases: [number[], { from: number; to: number }][] = [
    [[42, 10], { from: 0, to: 60 }],
    [[812, 1000], { from: 0, to: 1000 }],
    [[-3, 2], { from: -4, to: 2 }],
    [[0], { from: 0, to: 0.5 }],
  ];
  for (const [numbers, axis] of cases) expect(axisOf(numbers, 'own')).toEqual(axis);
});

test('puts zero in the middle for differences', () => {
  expect(axisOf([-0.145, 0.043, -0.05, 0], 'centred')).toEqual({
    from: -0.15000000000000002,
    to: 0.15000000000000002,
  });
  expect(axisOf([0], 'centred')).toEqual({ from: -1, to: 1 });
});

test('leaves zero only where differences would not show', () => {
  const { from, to } = axisOf([-12.5, -12.45, -12.52], 'own');
  expect(from).toBeCloseTo(-12.52, 9);
  expect(to).toBeCloseTo(-12.44, 9);
});

test('every number lies on its axis, whatever the numbers', () => {
  for (const numbers of [
    [1e-9, 3e-9],
    [1e12, 3],
    [-5, -4.99],
    [7, 7],
    [0.1, 0.2, 0.3],
    [-1e-12, 0],
  ]) {
    const { from, to } = axisOf(numbers, 'own');
    expect(to).toBeGreaterThan(from);
    for (const number of numbers) {
      expect(number).toBeGreaterThanOrEqual(from - 1e-9 * Math.abs(from));
      expect(number).toBeLessThanOrEqual(to + 1e-9 * Math.abs(to));
    }
  }
});

test('says in words what it draws', () => {
  const plot = intervalPlot({
    value: 0.791,
    low: 0.754,
    high: 0.824,
    line: { at: 0.85, name: 'threshold' },
    baseline: 0.8,
    axis: 'unit',
  });
  expect(plot.source).toContain(
    'aria-label="0.791, interval [0.754, 0.824], threshold 0.850, baseline 0.800, axis from 0 to 1"',
  );
  for (const part of ['threshold', 'whisker', 'hollow', 'dot'])
    expect(plot.source).toContain(`class="${part}"`);
});

test('draws no whisker, line or hollow dot that is not there, and nothing of what is not finite', () => {
  const bare = { value: 1, low: null, high: null, line: null, baseline: null, axis: 'unit' } as const;
  expect(intervalPlot(bare).source).not.toMatch(/whisker|class="threshold|hollow/);
  expect(intervalPlot({ ...bare, value: Number.NaN }).source).toBe('');
});
