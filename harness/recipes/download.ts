/** Downloads one file of a set over HTTPS. A download that breaks off goes on where it ended, in this run or the next:
 *  the bytes lie beside the target until they are whole and have the digest they must have.
 *  The hub's token goes to the hub alone: fetch drops it when it follows a redirect to another host. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import type { FileDigest, Source } from './recipe.ts';

/** Where sources are asked; both without a slash at their end. */
export interface Hosts {
  readonly github: string;
  readonly huggingface: string;
  readonly token: string | null;
}

const MOST_FAILURES = 5;
const BACKOFF_MS = 200;
/** Without a byte. */
const IDLE_MS = 30_000;
/** No file of these sets is near it; a disk is not filled on a stranger's word. */
const MOST_BYTES = 2 ** 30;

export function urlOf(source: Source, path: string, hosts: Hosts): string {
  const parts = path.split('/').map(encodeURIComponent).join('/');
  return source.host === 'github'
    ? `${hosts.github}/${source.repository}/${source.revision}/${parts}`
    : `${hosts.huggingface}/datasets/${source.dataset}/resolve/${source.revision}/${parts}`;
}

/** Fetches to `target`, which is whole or absent.
 *  @throws HarnessError E_DOWNLOAD */
export async function download(
  url: string,
  target: string,
  token: string | null,
  report: (bytes: number) => void,
): Promise<void> {
  const part = `${target}.incomplete`;
  await mkdir(dirname(target), { recursive: true });
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    try {
      await fetchRest(url, part, before, token, report);
      break;
    } catch (error) {
      if (error instanceof HarnessError) throw error;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures >= MOST_FAILURES) {
        throw new HarnessError('E_DOWNLOAD', `${shown(url)} broke off: ${reasonOf(error)}`, { cause: error });
      }
      await delay(BACKOFF_MS * 2 ** failures);
    }
  }
  await rename(part, target);
}

/** Appends what is left, or begins anew where the server does not answer with a part.
 *  @throws HarnessError for an answer that another try will not change; any other error may be tried again */
async function fetchRest(
  url: string,
  part: string,
  from: number,
  token: string | null,
  report: (bytes: number) => void,
): Promise<void> {
  const abort = new AbortController();
  const idle = setTimeout(() => abort.abort(), IDLE_MS);
  try {
    const response = await fetch(url, {
      signal: abort.signal,
      headers: {
        // What is compressed on the way has another length than announced.
        'accept-encoding': 'identity',
        ...(from > 0 && { range: `bytes=${from}-` }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
    });
    // Nothing is left: the last try ended behind the last byte.
    if (response.status === 416 && from > 0) return;
    if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
    if (!response.ok || !response.body) throw refused(url, response.status);
    const goesOn =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`);
    const length = response.headers.get('content-length');
    const begin = goesOn ? from : 0;
    const announced = length === null ? null : begin + Number(length);
    const file = await open(part, goesOn ? 'a' : 'w');
    let written = begin;
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        idle.refresh();
        written += chunk.byteLength;
        if (written > MOST_BYTES) throw tooLong(url);
        await file.write(chunk);
        report(written);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (announced !== null && written < announced) throw new Error(`${written} of ${announced} bytes`);
  } finally {
    clearTimeout(idle);
  }
}

function refused(url: string, status: number): HarnessError {
  const remedy =
    status === 401 || status === 403
      ? 'The set may be gated: accept its terms at its page and set HF_TOKEN; or give a copy with --from.'
      : 'Give a copy of the file with --from.';
  return new HarnessError('E_DOWNLOAD', `${shown(url)} answers with status ${status}`, { remedy });
}

function tooLong(url: string): HarnessError {
  return new HarnessError('E_DOWNLOAD', `${shown(url)} is longer than ${MOST_BYTES} bytes`);
}

/** Without a query: one may hold a signature. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** A word for people; nothing of what was sent. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message, name } = (inner ?? {}) as { code?: unknown; message?: string; name?: string };
  if (name === 'AbortError') return `no byte for ${IDLE_MS / 1000} s`;
  return typeof code === 'string' ? code : (message ?? 'the connection failed');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

export interface FileDigests {
  readonly sha256: FileDigest;
  readonly git: FileDigest;
}

/** Both names that a file's content has. */
export async function digestsOf(path: string): Promise<FileDigests> {
  const sha256 = createHash('sha256');
  const git = createHash('sha1').update(`blob ${await sizeOf(path)}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sha256.update(chunk as Uint8Array);
    git.update(chunk as Uint8Array);
  }
  return { sha256: `sha256:${sha256.digest('hex')}`, git: `git:${git.digest('hex')}` };
}

export function matches(expected: FileDigest, { sha256, git }: FileDigests): boolean {
  return expected === sha256 || expected === git;
}

export async function discard(path: string): Promise<void> {
  await rm(path, { force: true });
}
