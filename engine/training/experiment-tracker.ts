/** What a training run tells those who follow it, and the log that every run keeps: `training-log.jsonl` in the output
 *  folder, one line a log point. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors.ts';

export interface TrainingLogLine {
  /** Optimiser steps taken. */
  readonly step: number;
  readonly epoch: number;
  /** Mean over the steps since the last line. */
  readonly loss?: number;
  readonly learningRate?: number;
  readonly tokensPerSecond?: number;
  /** Of the last step, before clipping. */
  readonly gradNorm?: number;
  /** Mean over the validation data's target tokens. */
  readonly evalLoss?: number;
}

export type TrainingOutcome = 'finished' | 'interrupted' | 'failed';

/** Follows a run: a log, a board, a tracking server. */
export interface TrainingTracker {
  /** @param resumedStep steps taken before; what was logged of later ones is undone */
  start(resumedStep: number): Promise<void>;
  log(line: TrainingLogLine): Promise<void>;
  end(outcome: TrainingOutcome): Promise<void>;
}

/** Numbers of a line by the names that Hugging Face's trainer gives them. */
export function scalarsOf(line: TrainingLogLine): Record<string, number> {
  const named: Record<string, number | undefined> = {
    'train/loss': line.loss,
    'train/learning_rate': line.learningRate,
    'train/grad_norm': line.gradNorm,
    'train/tokens_per_second': line.tokensPerSecond,
    'train/epoch': line.epoch,
    'eval/loss': line.evalLoss,
  };
  return Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

export class ExperimentTracker implements TrainingTracker {
  readonly path: string;

  constructor(outputDir: string) {
    this.path = join(outputDir, 'training-log.jsonl');
  }

  /** Begins the log anew, or keeps what a resumed run has logged up to its checkpoint.
   *  @throws EngineError E_CONFIG_INVALID when the output folder cannot be written */
  async start(resumedStep: number): Promise<void> {
    const kept = resumedStep > 0 ? (await this.read()).filter(({ step }) => step <= resumedStep) : [];
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(this.path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    } catch (cause) {
      const what = `training.output_dir: ${this.path} cannot be written: ${String(cause)}`;
      throw new EngineError('E_CONFIG_INVALID', what, {
        cause,
        remedy: 'Give a folder that can be written.',
      });
    }
  }

  async log(line: TrainingLogLine): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(line)}\n`);
  }

  async end(): Promise<void> {
    // Every line is written through as it comes.
  }

  /** All lines; none where there is no log. A torn last line is left out. */
  async read(): Promise<TrainingLogLine[]> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch {
      return [];
    }
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TrainingLogLine);
  }
}
