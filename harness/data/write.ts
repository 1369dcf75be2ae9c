/** Writes what the generators make, as JSON Lines. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SUITE_SETS, suiteSet } from './suites/index.ts';
import { generateParaphrases } from './paraphrases.ts';
import { generateChatData, generateDpoData, generateInstructionData } from './test-data.ts';
import { EVALUATION_SETS, evaluationSet } from './tiny-chat/evaluation.ts';
import { generateTinyChatData } from './tiny-chat/training.ts';
import type { DataType } from './validate.ts';

export function toJsonLines(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

const GENERATORS: Record<DataType, (count: number | undefined, seed: number) => readonly unknown[]> = {
  chat: generateChatData,
  instruction: generateInstructionData,
  dpo: generateDpoData,
};

export function testDataLines(type: DataType, count: number | undefined, seed: number): string {
  return toJsonLines(GENERATORS[type](count, seed));
}

/** As JSON Lines: a set that a task can read as it is. */
export function paraphraseLines(count: number | undefined, seed: number): string {
  return toJsonLines(generateParaphrases(count, seed));
}

export async function writeLines(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** @returns the path written */
export function writeTestData(
  type: DataType,
  options: { readonly path: string; readonly count: number | undefined; readonly seed: number },
): Promise<string> {
  return writeLines(options.path, testDataLines(type, options.count, options.seed));
}

/** Pairs that tiny-chat is trained on where the caller names no number. */
const TINY_CHAT_COUNT = 100_000;

/** Writes `prose.jsonl`, `train.jsonl`, `preferences.jsonl` and `validation.jsonl`.
 *  @returns the paths written */
export async function writeTinyChatData(
  folder: string,
  options: { readonly count: number | undefined; readonly seed: number },
): Promise<string[]> {
  const data = generateTinyChatData(options.count ?? TINY_CHAT_COUNT, options.seed);
  return Promise.all(
    (['prose', 'train', 'preferences', 'validation'] as const).map((name) =>
      writeLines(join(folder, `${name}.jsonl`), toJsonLines(data[name])),
    ),
  );
}

/** Writes `<name>/data.jsonl` of every evaluation set; their cards are written by hand.
 *  @returns the paths written */
export function writeEvaluationSets(folder: string): Promise<string[]> {
  const sets: readonly (readonly [string, readonly unknown[]])[] = [
    ...EVALUATION_SETS.map((name) => [name, evaluationSet(name)] as const),
    ...SUITE_SETS.map((name) => [name, suiteSet(name)] as const),
  ];
  return Promise.all(
    sets.map(([name, samples]) => writeLines(join(folder, name, 'data.jsonl'), toJsonLines(samples))),
  );
}
