/** The folder of a load test: load.json (what was asked and found) and requests.jsonl (every request). Each is
 *  complete or absent; load.json comes last and says that the other is there. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { writeFileAtomic, writeJsonAtomic } from '../runs/atomic-write.ts';
import type { LoadRecord } from './load-record.ts';
import type { LoadResult } from './run-load.ts';

export const loadFiles = { load: 'load.json', requests: 'requests.jsonl' } as const;

/** load.json. */
export interface LoadFile extends Omit<LoadResult, 'records'> {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly command: readonly string[];
  readonly target: {
    readonly url: string;
    readonly model: string | null;
    readonly route: string;
    readonly stream: boolean;
  };
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the generator. */
  readonly machine: { readonly node: string; readonly platform: string; readonly cores: number };
}

/** @throws HarnessError E_RUN_EXISTS where a load test lies already */
export async function requireFreshFolder(dir: string): Promise<void> {
  const present = Object.values(loadFiles).find((name) => existsSync(join(dir, name)));
  if (present === undefined) return;
  throw new HarnessError('E_RUN_EXISTS', `${dir} holds ${present} of another load test`, {
    remedy: 'Give another --out.',
  });
}

export async function writeLoadFolder(
  dir: string,
  file: LoadFile,
  records: readonly LoadRecord[],
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const lines = records.map((record) => `${JSON.stringify(record, toMicroseconds)}\n`);
  await writeFileAtomic(join(dir, loadFiles.requests), lines.join(''));
  await writeJsonAtomic(join(dir, loadFiles.load), file);
}

/** Clocks tell no more, and the file is half as long. */
function toMicroseconds(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
