import { PassThrough } from 'node:stream';
import { expect, test } from '@playwright/test';
import type { TrainingStatus } from '../../../../engine/index.ts';
import { renderTrainProgress, startTrainProgress } from '../../../../harness/cli/train-progress.ts';

const status = (changes: Partial<TrainingStatus> = {}): TrainingStatus => ({
  step: 120,
  totalSteps: 1500,
  epoch: 0.08,
  loss: 2.5,
  learningRate: 1.5e-3,
  gradNorm: 0.7,
  tokensPerSecond: 8012.4,
  secondsLeft: 192.2,
  evalLoss: null,
  logged: false,
  ...changes,
});

function stream(isTTY: boolean) {
  const through = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  const text = () => String(through.read() ?? '');
  return { through: through as unknown as NodeJS.WriteStream, text };
}

test('shows step, loss, learning rate, speed and time left', () => {
  expect(renderTrainProgress(status(), 2.314, 200)).toBe(
    '█░░░░░░░░░░░░░░░░░░░ 120/1,500 · loss 2.3140 · lr 1.50e-3 · 8,012 tokens/s · 3:12 left',
  );
  expect(renderTrainProgress(status({ step: 1500, evalLoss: 1.2, secondsLeft: 0 }), 1, 200)).toBe(
    '████████████████████ 1,500/1,500 · loss 1.0000 · eval 1.2000 · lr 1.50e-3 · 8,012 tokens/s · 0:00 left',
  );
});

test('fills the bar only when all steps are done, and keeps to the width', () => {
  expect(renderTrainProgress(status({ step: 1499 }), 1, 200)).toContain('░ 1,499/1,500');
  const evaluated = status({ evalLoss: 2 });
  expect(renderTrainProgress(evaluated, 1, 90)).toBe(renderTrainProgress(status(), 1, 90));
  expect(renderTrainProgress(evaluated, 1, 80)).toBe(
    '░░░░░░░░ 120/1,500 · loss 1.0000 · lr 1.50e-3 · 8,012 tokens/s · 3:12 left',
  );
  expect(renderTrainProgress(evaluated, 1, 70)).toBe(
    '120/1,500 · loss 1.0000 · lr 1.50e-3 · 8,012 tokens/s · 3:12 left',
  );
  expect(renderTrainProgress(evaluated, 1, 30)).toBe('120/1,500 · loss 1.0000 · lr 1');
});

test('writes a line a log point where nobody watches, with the mean loss since the last', () => {
  const { through, text } = stream(false);
  const progress = startTrainProgress(through);
  progress.notice('reading train.jsonl');
  progress.update(status({ step: 1, loss: 4 }));
  progress.update(status({ step: 2, loss: 2, logged: true }));
  progress.update(status({ step: 3, loss: 1, logged: true }));
  progress.stop();
  expect(text().split('\n')).toEqual([
    'reading train.jsonl',
    'step 2/1500 · loss 3.0000 · lr 1.50e-3 · 8012 tokens/s · 3:12 left',
    'step 3/1500 · loss 1.0000 · lr 1.50e-3 · 8012 tokens/s · 3:12 left',
    '',
  ]);
});

test('redraws one line on a terminal, the last step included, and keeps it below notices', () => {
  const { through, text } = stream(true);
  const progress = startTrainProgress(through);
  progress.update(status());
  progress.update(status({ step: 121 }));
  progress.update(status({ step: 1500 }));
  progress.notice('interrupted');
  progress.stop();
  const written = text();
  expect(written).toContain(' 120/1,500');
  expect(written).not.toContain(' 121/1,500');
  const lines = written.split('\r\u001b[2K');
  expect(lines.at(-2)).toContain('1,500/1,500');
  expect(lines.at(-1)).toMatch(/^interrupted\n█+ 1,500\/1,500 .+\n$/);
});
