/** What a model card says of the files that training began from, read before it begins: they may change later. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { digestOfFile } from '../checkpoint/binary-file.ts';
import { isJsonObject } from '../checkpoint/json-object.ts';
import { readModelDigests } from '../checkpoint/read-checkpoint.ts';
import type { ModelConfig } from '../config/config-types.ts';
import type { CardBase, CardData } from './model-card.ts';

/** null for a new model, and for a base that is no longer there when a run is resumed. */
export async function baseFacts({ name, init }: ModelConfig): Promise<CardBase | null> {
  const path = resolve(name);
  if (init !== null || !existsSync(path)) return null;
  return { name, digests: await readModelDigests(path), license: await licenseOf(path) };
}

/** The licence that the card beside the weights names. */
async function licenseOf(path: string): Promise<string | null> {
  const card = await readFile(join(path, 'README.md'), 'utf8').catch(() => '');
  const [, matter = ''] = /^---\r?\n([^]*?)\r?\n---\s*(?:\n|$)/.exec(card) ?? [];
  try {
    const fields: unknown = parse(matter, { maxAliasCount: 0, logLevel: 'silent' });
    const license = isJsonObject(fields) ? fields['license'] : null;
    return typeof license === 'string' && license !== 'unknown' ? license : null;
  } catch {
    return null; // A stranger's card; what is no YAML names nothing.
  }
}

export async function dataFacts(
  use: CardData['use'],
  file: string,
  examples: number,
  { truncated, dropped }: Pick<CardData, 'truncated' | 'dropped'>,
): Promise<CardData> {
  return { use, file, digest: await digestOfFile(resolve(file)), examples, truncated, dropped };
}
