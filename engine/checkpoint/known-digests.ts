/** Digests of files that were read before and have not been written since: opening a model would otherwise read all of
 *  it, and its graph, for their digests alone. What an alias is checked against is read anew each time
 *  (readModelDigests).
 *  Knows files; knows nothing of what they hold. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import { digestOfFile } from './binary-file.ts';
import { identityOf } from './file-identity.ts';

/** Smaller files are read at once. */
const WORTH_REMEMBERING = 1 << 20;

const MOST_KNOWN = 256;

/** A write within the same tick of the file system's clock as one before leaves no trace in its times: what changed so
 *  lately is not remembered (as git does with its index). */
const SETTLED_MS = 3_000;

/** `sha256:<hex>` of a file's bytes. @throws EngineError E_MODEL_NOT_FOUND */
export async function knownDigestOf(path: string): Promise<string> {
  const identity = await identityOf(path);
  const { size, ctimeMs, mtimeMs } = await stat(path);
  // Where there is no folder to trust, nothing is remembered.
  const folder = size < WORTH_REMEMBERING ? null : await ownTemporaryFolder().catch(() => null);
  if (folder === null) return await digestOfFile(path);
  const list = join(folder, 'digests.json');
  const known = (await readList(list)).get(identity);
  if (known !== undefined) return known;
  const readAtMs = Date.now();
  const digest = await digestOfFile(path);
  const isSettled = readAtMs - Math.max(ctimeMs, mtimeMs) > SETTLED_MS;
  if (isSettled && identity === (await identityOf(path))) await remember(list, identity, digest);
  return digest;
}

/** The ones learned last at the end; empty where there is none or it is damaged. */
async function readList(list: string): Promise<Map<string, string>> {
  try {
    const entries = JSON.parse(await readFile(list, 'utf8')) as [string, string][];
    return new Map(entries.filter(([, digest]) => /^sha256:[0-9a-f]{64}$/.test(digest)));
  } catch {
    return new Map();
  }
}

/** Complete or as before. Of two processes at once one forgets what the other has learned, and reads again. */
async function remember(list: string, identity: string, digest: string): Promise<void> {
  const entries = [...(await readList(list)).set(identity, digest)].slice(-MOST_KNOWN);
  const draft = `${list}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify(entries), { mode: 0o600 });
    await rename(draft, list);
  } catch {
    await rm(draft, { force: true });
  }
}

/** For what is kept between runs. Ours alone: what lies here is believed, so nobody else may write it.
 *  @throws EngineError E_CHECKPOINT_INVALID where others could */
export async function ownTemporaryFolder(): Promise<string> {
  const user = process.getuid?.();
  const folder = join(tmpdir(), user === undefined ? 'modelgate' : `modelgate-${user}`);
  await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
  const stats = await lstat(folder);
  if (!stats.isDirectory() || (user !== undefined && (stats.uid !== user || (stats.mode & 0o022) !== 0))) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${folder} can be written by others`, {
      remedy: 'Remove it, or set TMPDIR to a folder of your own.',
    });
  }
  return folder;
}
