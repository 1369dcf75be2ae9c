/** Checkpoints of a training run: `checkpoint-N` folders that hold the model, the optimiser's moments and the position
 *  in the data. Complete or absent: written under another name, synced, renamed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openSafetensors } from '../checkpoint/safetensors.ts';
import { writeHuggingFace, type ModelContent } from '../checkpoint/write-huggingface.ts';
import { writeSafetensors } from '../checkpoint/write-safetensors.ts';
import { syncFolder, writeJsonThrough } from '../checkpoint/write-through.ts';
import { EngineError } from '../errors.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { momentNames } from './adamw.ts';
import type { EncodedExample } from './batch.ts';
import type { TrainingState } from './session-protocol.ts';

/** Where a run stands. The order of the data is a function of the seed, so that a position is all there is to keep
 *  of the random state. */
export interface TrainerProgress {
  /** Optimiser steps taken. */
  step: number;
  epoch: number;
  stepInEpoch: number;
  /** Tokens read. */
  tokens: number;
  /** Of all steps. */
  lossSum: number;
  /** Of the steps since the last line of the log. */
  windowLossSum: number;
  windowSteps: number;
  evalLoss: number | null;
}

/** What the order of the data depends on; a resumed run must agree. */
export interface DataOrder {
  readonly seed: number;
  readonly rows: number;
  readonly length: number;
  readonly promptLossWeight: number;
  /** SHA-256 of all tokens and weights. */
  readonly examples: string;
}

interface StateFile {
  readonly format: 1;
  readonly progress: TrainerProgress;
  readonly order: DataOrder;
}

const STATE = 'trainer_state.json';
const MOMENTS = 'optimizer.safetensors';

export function digestOfExamples(examples: readonly EncodedExample[]): string {
  const hash = createHash('sha256');
  for (const { tokens, weights } of examples) {
    hash.update(Int32Array.from([tokens.length, ...tokens])).update(Float64Array.from(weights));
  }
  return `sha256:${hash.digest('hex')}`;
}

function momentShapes(spec: DecoderSpec) {
  return parametersOf(spec).flatMap(({ name, shape }) =>
    Object.values(momentNames(name)).map((moment) => ({ name: moment, shape })),
  );
}

/** Writes `checkpoint-N`; returns its path. */
export async function saveCheckpoint(
  outputDir: string,
  model: ModelContent,
  state: TrainingState,
  progress: TrainerProgress,
  order: DataOrder,
): Promise<string> {
  const path = join(outputDir, `checkpoint-${progress.step}`);
  const beside = join(outputDir, `.checkpoint-${progress.step}.${process.pid}.tmp`);
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  const moments = new Map(
    momentShapes(model.spec).map(({ name, shape }) => [name, { shape, data: state.get(name)! }]),
  );
  await writeSafetensors(join(beside, MOMENTS), moments);
  const content: StateFile = { format: 1, progress, order };
  await writeJsonThrough(join(beside, STATE), content);
  await writeHuggingFace(beside, { ...model, weights: state });
  await rm(path, { recursive: true, force: true });
  await rename(beside, path);
  await syncFolder(outputDir);
  return path;
}

/** Removes the oldest checkpoints of this run beyond `limit`. Later ones than `step` are another run's: they stay. */
export async function pruneCheckpoints(outputDir: string, step: number, limit: number | null): Promise<void> {
  if (limit === null) return;
  const steps = (await readdir(outputDir))
    .map((name) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    .filter((own) => own <= step)
    .sort((a, b) => b - a);
  for (const old of steps.slice(limit)) await rm(join(outputDir, `checkpoint-${old}`), { recursive: true });
}

export interface ResumePoint {
  readonly moments: TrainingState;
  readonly progress: TrainerProgress;
  readonly order: DataOrder;
}

async function readStateFile(path: string): Promise<StateFile> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StateFile;
  } catch (cause) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${path} is not JSON: ${String(cause)}`, { cause });
  }
}

/** Reads what a checkpoint holds beside the model.
 *  @throws EngineError E_CHECKPOINT_INVALID when it is no checkpoint of a training run */
export async function readResumePoint(path: string, spec: DecoderSpec): Promise<ResumePoint> {
  const stateFile = join(path, STATE);
  if (!existsSync(stateFile)) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${path} has no ${STATE}: training cannot go on from it`, {
      remedy: 'Give a checkpoint-N folder written by harness train.',
    });
  }
  const { format, progress, order } = await readStateFile(stateFile);
  if (format !== 1) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${stateFile} is of format ${String(format)}; expected 1`);
  }
  const stored = await openSafetensors([join(path, MOMENTS)]);
  try {
    const moments: TrainingState = new Map();
    for (const { name } of momentShapes(spec)) moments.set(name, await stored.read(name));
    return { moments, progress, order };
  } finally {
    await stored.close();
  }
}

/** @throws EngineError E_CONFIG_INVALID when the data would come in another order than before */
export function checkSameOrder(path: string, before: DataOrder, now: DataOrder): void {
  const fields = Object.keys(now) as (keyof DataOrder)[];
  const changes = fields
    .filter((field) => before[field] !== now[field])
    .map((field) => `${field} was ${before[field]}, is ${now[field]}`);
  if (changes.length === 0) return;
  throw new EngineError(
    'E_CONFIG_INVALID',
    `${basename(path)} was made with other data: ${changes.join('; ')}`,
    {
      remedy: 'Resume with the configuration and data of the interrupted run, or train without --resume.',
    },
  );
}
