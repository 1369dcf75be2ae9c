import { expect, test } from '@playwright/test';
import { renderTraining } from '../../../../reports/index.ts';

const points = [
  { step: 10, loss: 4, learningRate: 1e-3, tokensPerSecond: 900, gradNorm: 2 },
  { step: 20, loss: 2, learningRate: 5e-4, tokensPerSecond: 1000, gradNorm: 1 },
  { step: 20, evalLoss: 2.5 },
];

test('draws each quantity that was logged, loss and validation loss on one axis', () => {
  const page = renderTraining({ name: 'run', points });
  expect(page).toContain('20 steps: training loss from 4 to 2, validation loss from 2.500 to 2.500.');
  const labels = [...page.matchAll(/aria-label="([^"]+)"/g)].map(([, label]) => label);
  expect(labels).toEqual([
    'Loss: training loss from 4 to 2, validation loss from 2.500 to 2.500, over 20 steps',
    'Learning rate: learning rate from 0.001 to 0.00050, over 20 steps',
    'Gradient norm: gradient norm from 2 to 1, over 20 steps',
    'Tokens per second: tokens per second from 900 to 1,000, over 20 steps',
  ]);
  // half the way at step 10; the highest loss at the top of the axis
  expect(page).toContain('class="line model" d="M340 8L640 88"');
});

test('says that nothing was logged where nothing was, and draws no number that is not finite', () => {
  expect(renderTraining({ name: 'empty', points: [] })).toContain('Nothing was logged.');
  const page = renderTraining({ name: 'run', points: [...points, { step: 30, loss: Number.NaN }] });
  expect(page.match(/class="line model" d="([^"]+)"/)![1]).not.toContain('NaN');
});

test('tells of what was not a number, in words and in the log', () => {
  const page = renderTraining({
    name: 'run',
    points: [...points, { step: 30, evalLoss: null }, { step: 40, evalLoss: null }],
  });
  expect(page).toContain('The validation loss was not a number at step 30, and 1 time after it.');
  expect(page.match(/<td class="number">not a number<\/td>/g)).toHaveLength(2);
});

test('puts what was logged of one step into one row, and keeps a step that was taken twice', () => {
  const again = { step: 20, loss: 2.1 };
  const page = renderTraining({ name: 'run', points: [...points, again] });
  expect(page.match(/<th scope="row"/g)).toHaveLength(3);
  expect(page).toMatch(/>2<\/td>\s*<td class="number">2.500<\/td>/);
});

test('lets no name break out of the page', () => {
  expect(renderTraining({ name: '<script>alert(1)</script>', points })).not.toContain('<script>alert');
});
