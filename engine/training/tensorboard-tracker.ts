/** Curves of a training run for TensorBoard: an event file in `tensorboard/` of the output folder. A resumed run writes
 *  a file of its own, which readers join to those before it. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { restartRecord, scalarsRecord, versionRecord } from './event-file.ts';
import { scalarsOf, type TrainingLogLine, type TrainingTracker } from './experiment-tracker.ts';

export class TensorBoardTracker implements TrainingTracker {
  readonly folder: string;
  #path = '';

  constructor(outputDir: string) {
    this.folder = join(outputDir, 'tensorboard');
  }

  async start(resumedStep: number): Promise<void> {
    const now = Date.now();
    await mkdir(this.folder, { recursive: true });
    // Readers take files in the order of their names.
    const stamp = `${Math.floor(now / 1000)}.${String(now % 1000).padStart(3, '0')}`;
    this.#path = join(this.folder, `events.out.tfevents.${stamp}.${process.pid}`);
    await writeFile(
      this.#path,
      Buffer.concat([versionRecord(now / 1000), restartRecord(now / 1000, resumedStep + 1)]),
    );
  }

  async log(line: TrainingLogLine): Promise<void> {
    await appendFile(this.#path, scalarsRecord(Date.now() / 1000, line.step, scalarsOf(line)));
  }

  async end(): Promise<void> {
    // Every line is written through as it comes.
  }
}
