/** Log of a training run: `training-log.jsonl` in the output folder, one line a log point. */
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

export class ExperimentTracker {
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
