/** Checkpoints of a training run: `checkpoint-N` folders that hold the model or its adapter, the optimiser's moments
 *  and the position in the data. Complete or absent: written under another name, synced, renamed. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openSafetensors } from '../checkpoint/safetensors.ts';
import { writeSafetensors, type StoredTensor } from '../checkpoint/write-safetensors.ts';
import { syncFolder, writeJsonThrough } from '../checkpoint/write-through.ts';
import { EngineError } from '../errors.ts';
import { momentNames } from './adamw.ts';
import type { TrainingState } from './session-protocol.ts';
import { readTrained, trainedParameters, writeTrained, type TrainedModel } from './trained-model.ts';

/** Where a run stands. The order of the data and the masks of dropout are functions of the seed, so that a position is
 *  all there is to keep of the random state. */
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
  /** The lowest validation loss so far and the step after which it was measured. */
  best: { readonly step: number; readonly evalLoss: number } | null;
  /** Since the lowest. */
  evaluationsWithoutGain: number;
}

/** What the order of the data depends on; a resumed run must agree. */
export interface DataOrder {
  /** null: in the order of the file. */
  readonly seed: number | null;
  readonly rows: number;
  readonly length: number;
  readonly accumulation: number;
  readonly packing: boolean;
  readonly promptLossWeight: number;
  /** SHA-256 of all tokens and weights. */
  readonly examples: string;
  /** The same of pairs that are evaluated; null where there are none. */
  readonly evaluatedPairs: string | null;
}

interface StateFile {
  readonly format: 1;
  readonly progress: TrainerProgress;
  readonly order: DataOrder;
}

const STATE = 'trainer_state.json';
const MOMENTS = 'optimizer.safetensors';
const REFERENCE = 'reference.safetensors';

function momentShapes(model: TrainedModel) {
  return trainedParameters(model).flatMap(({ name, shape }) =>
    Object.values(momentNames(name)).map((moment) => ({ name: moment, shape })),
  );
}

/** Names of the state that a checkpoint holds. */
export function storedStateNames(model: TrainedModel): string[] {
  return [...trainedParameters(model), ...momentShapes(model)].map(({ name }) => name);
}

/** Log-probabilities under the reference model, by name of the data. */
export type ReferenceTables = ReadonlyMap<string, Float32Array>;

export interface CheckpointContent {
  readonly model: TrainedModel;
  readonly state: TrainingState;
  readonly progress: TrainerProgress;
  readonly order: DataOrder;
  /** None unless there are pairs. */
  readonly references: ReferenceTables;
}

export function checkpointPath(outputDir: string, step: number): string {
  return join(outputDir, `checkpoint-${step}`);
}

/** Writes `checkpoint-N`; returns its path. */
export async function saveCheckpoint(
  outputDir: string,
  { model, state, progress, order, references }: CheckpointContent,
): Promise<string> {
  const path = checkpointPath(outputDir, progress.step);
  const beside = join(outputDir, `.checkpoint-${progress.step}.${process.pid}.tmp`);
  await removeUnfinished(outputDir);
  await mkdir(beside, { recursive: true });
  const moments = momentShapes(model).map(({ name, shape }) => ({ name, shape, data: state.get(name)! }));
  await writeTensors(join(beside, MOMENTS), moments);
  if (references.size > 0) {
    const tables = [...references].map(([name, data]) => ({ name, shape: [data.length / 2, 2], data }));
    await writeTensors(join(beside, REFERENCE), tables);
  }
  const content: StateFile = { format: 1, progress, order };
  await writeJsonThrough(join(beside, STATE), content);
  await writeTrained(beside, model, state);
  await rm(path, { recursive: true, force: true });
  await rename(beside, path);
  await syncFolder(outputDir);
  return path;
}

function writeTensors(path: string, tensors: readonly ({ readonly name: string } & StoredTensor)[]) {
  return writeSafetensors(path, new Map(tensors.map(({ name, ...tensor }) => [name, tensor])));
}

/** What a killed run left of checkpoints it was writing. */
async function removeUnfinished(outputDir: string): Promise<void> {
  await mkdir(outputDir, { recursive: true });
  for (const name of await readdir(outputDir)) {
    if (/^\.checkpoint-\d+\.\d+\.tmp$/.test(name)) await rm(join(outputDir, name), { recursive: true });
  }
}

/** Removes the oldest checkpoints of this run beyond `limit`. Later ones than `step` are another run's: they stay.
 *  @param best the step of one that stays whatever its age */
export async function pruneCheckpoints(
  outputDir: string,
  step: number,
  limit: number | null,
  best: number | null,
): Promise<void> {
  if (limit === null) return;
  const steps = (await readdir(outputDir))
    .map((name) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    .filter((own) => own <= step)
    .sort((a, b) => b - a);
  for (const old of steps.slice(limit).filter((each) => each !== best))
    await rm(join(outputDir, `checkpoint-${old}`), { recursive: true });
}

export interface ResumePoint {
  /** Trained weights and moments. */
  readonly state: TrainingState;
  readonly references: ReferenceTables;
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
export async function readResumePoint(path: string, model: TrainedModel): Promise<ResumePoint> {
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
  const state = await readTrained(path, model);
  const moments = await readTensors(join(path, MOMENTS));
  for (const { name } of momentShapes(model)) {
    const moment = moments.get(name);
    if (!moment) throw new EngineError('E_CHECKPOINT_INVALID', `${path}: ${MOMENTS} has no ${name}`);
    state.set(name, moment);
  }
  const references = join(path, REFERENCE);
  return {
    state,
    references: existsSync(references) ? await readTensors(references) : new Map(),
    progress,
    order,
  };
}

async function readTensors(path: string): Promise<TrainingState> {
  const stored = await openSafetensors([path]);
  try {
    const tensors: TrainingState = new Map();
    for (const name of stored.shapes.keys()) tensors.set(name, await stored.read(name));
    return tensors;
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
