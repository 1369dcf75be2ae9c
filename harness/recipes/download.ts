/** Where the files of a set are asked for, and whether what came is what the recipe pins. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HarnessError } from '../errors.ts';
import {
  contentDigests,
  DownloadBroken,
  DownloadRefused,
  downloadResuming,
  DownloadTooLong,
} from '../models/resumable-download.ts';
import type { FileDigest, Source } from './recipe.ts';

/** Where sources are asked; both without a slash at their end. */
export interface Hosts {
  readonly github: string;
  readonly huggingface: string;
  readonly token: string | null;
}

/** No file of these sets is near it. */
const MOST_BYTES = 2 ** 30;

export function urlOf(source: Source, path: string, hosts: Hosts): string {
  const parts = path.split('/').map(encodeURIComponent).join('/');
  return source.host === 'github'
    ? `${hosts.github}/${source.repository}/${source.revision}/${parts}`
    : `${hosts.huggingface}/datasets/${source.dataset}/resolve/${source.revision}/${parts}`;
}

/** Fetches to `target`, which is whole or absent.
 *  @throws HarnessError E_DOWNLOAD */
export async function download(url: string, target: string, token: string | null): Promise<void> {
  const part = `${target}.incomplete`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await downloadResuming({ url, part, token, size: null, most: MOST_BYTES });
  } catch (cause) {
    throw inWords(url, cause);
  }
  await rename(part, target);
}

function inWords(url: string, cause: unknown): unknown {
  if (cause instanceof DownloadRefused) {
    const gated = cause.status === 401 || cause.status === 403;
    return new HarnessError('E_DOWNLOAD', `${shown(url)} answers with status ${cause.status}`, {
      remedy: gated
        ? 'The set may be gated: accept its terms at its page and set HF_TOKEN; or give a copy with --from.'
        : 'Give a copy of the file with --from.',
      cause,
    });
  }
  if (cause instanceof DownloadTooLong) {
    return new HarnessError('E_DOWNLOAD', `${shown(url)} is longer than ${MOST_BYTES} bytes`, { cause });
  }
  if (!(cause instanceof DownloadBroken)) return cause;
  return new HarnessError('E_DOWNLOAD', `${shown(url)} broke off: ${cause.message}`, { cause });
}

/** Without a query: one may hold a signature. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

export interface FileDigests {
  readonly sha256: FileDigest;
  readonly git: FileDigest;
}

/** Both names that a file's content has. */
export async function digestsOf(path: string): Promise<FileDigests> {
  const { sha256, gitBlob } = await contentDigests(path);
  return { sha256: `sha256:${sha256}`, git: `git:${gitBlob}` };
}

export function matches(expected: FileDigest, { sha256, git }: FileDigests): boolean {
  return expected === sha256 || expected === git;
}

export async function discard(path: string): Promise<void> {
  await rm(path, { force: true });
}
