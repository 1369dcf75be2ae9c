/** Progress of a training run: one line redrawn on a terminal, a line a log point where nobody watches. */
import type { TrainingStatus } from '../../engine/index.ts';
import { bar, clock, columnsOf, eraseLine } from './progress-bar.ts';

export interface TrainProgress {
  notice(this: void, text: string): void;
  update(this: void, status: TrainingStatus): void;
  stop(this: void): void;
}

const barWidth = 20;
const narrowBarWidth = 8;
/** Redrawing more often than the eye reads costs time. */
const redrawMs = 100;

/** `████░░░░ 120/1,500 · loss 2.3140 · lr 1.50e-3 · 8,012 tokens/s · 3:12 left`; on a narrow terminal without the
 *  evaluation, then with a shorter bar, then without it; at most `columns` wide. */
export function renderTrainProgress(status: TrainingStatus, loss: number, columns: number): string {
  const { step, totalSteps, evalLoss, tokensPerSecond, secondsLeft } = status;
  const drawn = (width: number) => `${bar(step / totalSteps, width)} `;
  const counts = `${step.toLocaleString('en')}/${totalSteps.toLocaleString('en')} · loss ${loss.toFixed(4)}`;
  const evaluation = evalLoss === null ? '' : ` · eval ${evalLoss.toFixed(4)}`;
  const rate = ` · lr ${status.learningRate.toExponential(2)}`;
  const pace = `${rate} · ${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s · ${clock(secondsLeft * 1000)} left`;
  const lines = [
    drawn(barWidth) + counts + evaluation + pace,
    drawn(barWidth) + counts + pace,
    drawn(narrowBarWidth) + counts + pace,
    counts + pace,
  ];
  return lines.find((line) => line.length <= columns) ?? lines.at(-1)!.slice(0, columns);
}

export function startTrainProgress(stream: NodeJS.WriteStream): TrainProgress {
  let line = '';
  let drawnAt = -Infinity;
  /** Mean since the last line of the log: what the log will say, so that both tell the same. */
  let losses: number[] = [];
  const draw = () => stream.write(eraseLine + line);
  return {
    notice: (text) => {
      if (stream.isTTY) stream.write(`${eraseLine}${text}\n${line}`);
      else stream.write(`${text}\n`);
    },
    update: (status) => {
      losses.push(status.loss);
      const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
      if (status.logged) losses = [];
      if (stream.isTTY) {
        line = renderTrainProgress(status, mean, columnsOf(stream));
        const now = performance.now();
        if (now - drawnAt < redrawMs && status.step < status.totalSteps) return;
        drawnAt = now;
        draw();
      } else if (status.logged) {
        stream.write(`${renderPlain(status, mean)}\n`);
      }
    },
    stop: () => {
      if (stream.isTTY && line !== '') stream.write(`\n`);
      line = '';
    },
  };
}

function renderPlain(status: TrainingStatus, loss: number): string {
  const rate = status.learningRate.toExponential(2);
  const evaluation = status.evalLoss === null ? '' : ` · eval ${status.evalLoss.toFixed(4)}`;
  return (
    `step ${status.step}/${status.totalSteps} · loss ${loss.toFixed(4)}${evaluation} · lr ${rate} · ` +
    `${Math.round(status.tokensPerSecond)} tokens/s · ${clock(status.secondsLeft * 1000)} left`
  );
}
