/** Downloads one file over HTTP. A download that breaks off goes on where it ended, in this process or the next: what
 *  came lies in a file of its own until it is whole. Knows bytes; whether they are the right ones is the caller's.
 *  A token goes to the host of the URL alone: fetch drops it when it follows a redirect to another. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** In a row, without a byte in between. */
const MOST_FAILURES = 5;
const BACKOFF_MS = 200;
/** Without a byte. */
const IDLE_MS = 30_000;

/** The server refuses, and would again. */
export class DownloadRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** There is more than there may be: a disk is not filled on a stranger's word. */
export class DownloadTooLong extends Error {}

/** No answer, or too many that broke off; the message says why in words, and nothing of what was sent. */
export class DownloadBroken extends Error {}

export interface Download {
  readonly url: string;
  /** File that holds what has come; what an earlier try left is gone on with. */
  readonly part: string;
  readonly token: string | null;
  /** Bytes of the whole; null: as the server says. */
  readonly size: number | null;
  /** Bytes above which nothing more is written. */
  readonly most: number;
}

/** Resolves when the part is whole.
 *  @throws DownloadRefused, DownloadTooLong, DownloadBroken */
export async function downloadResuming(download: Download): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(download.part);
    if (download.size !== null && before > 0 && before >= download.size) return;
    try {
      await fetchRest(download, before);
      return;
    } catch (error) {
      if (error instanceof DownloadRefused || error instanceof DownloadTooLong) throw error;
      failures = (await sizeOf(download.part)) > before ? 1 : failures + 1;
      if (failures >= MOST_FAILURES) throw new DownloadBroken(reasonOf(error), { cause: error });
      await delay(BACKOFF_MS * 2 ** failures);
    }
  }
}

/** Appends what is left, or begins anew where the server does not answer with a part.
 *  @throws DownloadRefused, DownloadTooLong; any other error may be tried again */
async function fetchRest({ url, part, token, size, most }: Download, from: number): Promise<void> {
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
    if (!response.ok || !response.body) throw new DownloadRefused(response.status);
    const goesOn =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`);
    const begin = goesOn ? from : 0;
    const length = response.headers.get('content-length');
    const whole = size ?? (length === null ? null : begin + Number(length));
    const file = await open(part, goesOn ? 'a' : 'w');
    let written = begin;
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        idle.refresh();
        written += chunk.byteLength;
        if (written > most) throw new DownloadTooLong(`more than ${most} bytes`);
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (whole !== null && written < whole) throw new Error(`ended after ${written} of ${whole} bytes`);
  } finally {
    clearTimeout(idle);
  }
}

function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message, name } = (inner ?? {}) as { code?: unknown; message?: string; name?: string };
  if (name === 'AbortError') return `no byte for ${IDLE_MS / 1000} s`;
  return typeof code === 'string' ? code : (message ?? 'the connection failed');
}

/** Bytes of a file; 0 of one that is not there. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** Both names that stores give to a content, as hexadecimal digits: its SHA-256, and SHA-1 of git's blob. */
export async function contentDigests(
  path: string,
): Promise<{ readonly sha256: string; readonly gitBlob: string }> {
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${await sizeOf(path)}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sha256.update(chunk as Uint8Array);
    gitBlob.update(chunk as Uint8Array);
  }
  return { sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
}
