/** Where a version comes from: base model, data, training. Each claim says who makes it: a file of the model, or the
 *  person who imported it. Knows the files that trainers write; believes them, as it cannot check them. */
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { HarnessError } from '../errors.ts';
import { readTrainingData } from './training-data.ts';
import { digestOf } from '../runs/digest.ts';

interface Claim {
  /** File of the model, or `import` for what the importer said. */
  readonly from: string;
}

export interface Lineage {
  readonly base: readonly (Claim & { readonly reference: string; readonly weights: string | null })[];
  readonly data: readonly (Claim & { readonly name: string; readonly digest: string | null })[];
  readonly training: readonly (Claim & {
    /** Of the file. */
    readonly digest: string;
    /** Optimiser steps; null where the file does not tell. */
    readonly steps: number | null;
    readonly details: Readonly<Record<string, string | number>>;
  })[];
  readonly licence: string | null;
}

/** What the importer says besides the model's own files. */
export interface LineageGiven {
  readonly base?: { readonly reference: string; readonly weights: string | null };
  /** Files that it was trained on. */
  readonly data?: readonly string[];
}

/** @param model folder or .gguf file; of a .gguf file nothing is read but what is given
 *  @throws HarnessError E_FILE_NOT_FOUND for a data file that is not there */
export async function readLineage(model: string, given: LineageGiven = {}): Promise<Lineage> {
  const card = await readCard(model);
  const log = await readTrainingLog(join(model, 'training-log.jsonl'));
  const state = await readTrainerState(join(model, 'trainer_state.json'));
  return {
    base: [...(given.base ? [{ from: 'import', ...given.base }] : []), ...card.base],
    data: [
      ...(await digestData(given.data ?? [])),
      ...(await readTrainingData(model)).map(({ from, name, digest }) => ({ from, name, digest })),
      ...card.data,
      ...state.data,
    ],
    training: [...log, ...state.training],
    licence: card.licence,
  };
}

async function digestData(files: readonly string[]): Promise<Lineage['data'][number][]> {
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(file).catch((cause: unknown) => {
        throw new HarnessError('E_FILE_NOT_FOUND', `The data file ${file} cannot be read`, { cause });
      });
      return { from: 'import', name: basename(file), digest: digestOf(content) };
    }),
  );
}

type Card = Pick<Lineage, 'base' | 'data' | 'licence'>;

/** The front matter of a model card in the Hugging Face hub's terms: base_model, datasets, license. */
async function readCard(model: string): Promise<Card> {
  const text = await readFile(join(model, 'README.md'), 'utf8').catch(() => '');
  const [, matter] = /^---\r?\n([^]*?)\r?\n---\s*(?:\n|$)/.exec(text) ?? [];
  if (matter === undefined) return { base: [], data: [], licence: null };
  const fields = frontMatter(matter);
  const from = 'README.md';
  return {
    base: strings(fields['base_model']).map((reference) => ({ from, reference, weights: null })),
    data: strings(fields['datasets']).map((name) => ({ from, name, digest: null })),
    licence: strings(fields['license'])[0] ?? null,
  };
}

/** A stranger's YAML; what is none has no fields. */
function frontMatter(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0, logLevel: 'silent' });
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function strings(value: unknown): string[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((each) => typeof each === 'string');
}

/** The log of `harness train`. */
async function readTrainingLog(path: string): Promise<Lineage['training'][number][]> {
  if (!existsSync(path)) return [];
  let last: Readonly<Record<string, unknown>> = {};
  let details: Record<string, number> = {};
  for await (const line of createInterface({ input: createReadStream(path) })) {
    last = objectIn(line) ?? last;
    for (const key of ['epoch', 'loss', 'evalLoss']) {
      const value = last[key];
      if (typeof value === 'number') details = { ...details, [key]: value };
    }
  }
  const steps = typeof last['step'] === 'number' ? last['step'] : null;
  return [{ from: basename(path), digest: digestOf(await readFile(path)), steps, details }];
}

/** The state of a checkpoint of `harness train`: its data's digest, seed and step. */
async function readTrainerState(path: string): Promise<Pick<Lineage, 'data' | 'training'>> {
  const text = await readFile(path, 'utf8').catch(() => null);
  const state = text === null ? null : objectIn(text);
  if (text === null || state === null) return { data: [], training: [] };
  const [progress, order] = [state['progress'], state['order']].map((part) =>
    part !== null && typeof part === 'object' ? (part as Readonly<Record<string, unknown>>) : {},
  );
  const from = basename(path);
  const examples = order?.['examples'];
  const seed = order?.['seed'];
  const step = progress?.['step'];
  return {
    data: typeof examples === 'string' ? [{ from, name: 'tokenised examples', digest: examples }] : [],
    training: [
      {
        from,
        digest: digestOf(text),
        steps: typeof step === 'number' ? step : null,
        details: typeof seed === 'number' ? { seed } : {},
      },
    ],
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
