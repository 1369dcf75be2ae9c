/** Fetches files of a model from a Hugging Face hub into the local cache: the routes and the layout of huggingface_hub
 *  (`/api/models/…/revision/…`, `/…/resolve/…`; `blobs/<etag>`, `snapshots/<commit>/`, `refs/`).
 *  A download that breaks off goes on where it ended; what arrives is compared with the digest that the hub names
 *  (SHA-256 of large files, git's SHA-1 of small ones) before it gets its name.
 *  The token goes to the hub alone: not to the host that it redirects to, and into no error or log. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EngineError } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import {
  contentDigests,
  DownloadBroken,
  DownloadRefused,
  downloadResuming,
  DownloadTooLong,
} from './resumable-download.ts';

export interface HubModel {
  readonly owner: string;
  readonly name: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

export interface Hub {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | null;
  /** The cache's folder. */
  readonly cache: string;
  /** Told before each file. */
  readonly report: (line: string) => void;
}

/** The hub did not answer: the cache may help. */
export class HubUnreachable extends HarnessError {
  constructor(endpoint: string, what: string) {
    super('E_HUB', `The hub at ${new URL(endpoint).host} ${what}.`);
  }
}

const ANSWER_TIMEOUT_MS = 10_000;
const MOST_FILES = 10_000;

/** Names beside the weights, of which each is fetched where it is there. */
const DESCRIPTIONS: ReadonlySet<string> = new Set([
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
]);

/** ONNX files by preference, where there are no other weights. */
const EXPORTS = ['model.onnx', 'model_quantized.onnx', 'model_q4.onnx', 'model_fp16.onnx'];

/** Downloads what the engine reads of a model; what the cache already holds is not fetched again. Returns the commit.
 *  @throws HubUnreachable when the hub does not answer; HarnessError E_HUB; EngineError E_MODEL_NOT_FOUND,
 *  E_CHECKPOINT_INVALID for a file that is not what the hub says it is */
export async function downloadModel(hub: Hub, model: HubModel): Promise<string> {
  const { commit, files } = await listFiles(hub, model);
  const folder = join(hub.cache, `models--${model.owner}--${model.name}`);
  for (const file of wantedFiles(model, files)) await fetchFile(hub, model, folder, commit, file);
  // Last: a revision leads to whole snapshots only.
  if (model.revision !== commit) {
    const ref = join(folder, 'refs', model.revision);
    await mkdir(dirname(ref), { recursive: true });
    await writeFile(ref, commit);
  }
  return commit;
}

async function listFiles(hub: Hub, model: HubModel): Promise<{ commit: string; files: string[] }> {
  const url = `${hub.endpoint}/api/models/${idOf(model)}/revision/${encodeURIComponent(model.revision)}`;
  const response = await request(hub, url, {});
  if (!response.ok) throw refusal(hub, model, response, 'its list of files');
  const answer: unknown = await response.json().catch(() => null);
  const { sha, siblings } = (answer ?? {}) as { sha?: unknown; siblings?: unknown };
  if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings)) {
    throw new HarnessError('E_HUB', `The hub at ${hostOf(hub)} answers with no list of files.`);
  }
  const names = siblings
    .slice(0, MOST_FILES)
    .map((each: unknown) => (each as { rfilename?: unknown }).rfilename);
  // Names become paths: none may lead out of the snapshot.
  return {
    commit: sha,
    files: names.filter((name): name is string => typeof name === 'string' && isPlain(name)),
  };
}

function isPlain(path: string): boolean {
  return path.split('/').every((part) => /^[\w-][\w.-]*$/.test(part));
}

/** config.json last: a snapshot without it is none, so that one that broke off is not taken for whole.
 *  @throws EngineError E_MODEL_NOT_FOUND where there is nothing that the engine reads */
function wantedFiles(model: HubModel, files: readonly string[]): string[] {
  const described = files.filter((name) => DESCRIPTIONS.has(name));
  const weights = weightFiles(files);
  if (weights.length > 0) {
    return [...described, ...weights, ...files.filter((name) => name === 'config.json')];
  }
  const gguf = files.filter((name) => name.endsWith('.gguf'));
  if (gguf.length === 1) return gguf;
  const what =
    gguf.length > 1
      ? `several models: ${gguf.join(', ')}`
      : 'no safetensors, no ONNX export and no .gguf file';
  throw new EngineError('E_MODEL_NOT_FOUND', `hf:${idOf(model)} has ${what}.`, {
    ...(gguf.length > 1 && {
      remedy: `Download one and give its path: hf download ${idOf(model)} ${gguf[0]}`,
    }),
  });
}

function weightFiles(files: readonly string[]): string[] {
  const weights = files.filter((name) => /^model(-\d+-of-\d+)?\.safetensors(\.index\.json)?$/.test(name));
  // Where there is the whole in one file, shards are another form of it.
  if (weights.includes('model.safetensors')) return ['model.safetensors'];
  if (weights.length > 0) return weights;
  const exported = EXPORTS.map((name) => `onnx/${name}`).find((name) => files.includes(name));
  return exported === undefined
    ? []
    : files.filter((name) => name === exported || name.startsWith(`${exported}_data`));
}

interface RemoteFile {
  readonly etag: string;
  readonly size: number;
}

async function fetchFile(
  hub: Hub,
  model: HubModel,
  folder: string,
  commit: string,
  path: string,
): Promise<void> {
  const pointer = join(folder, 'snapshots', commit, path);
  if (existsSync(pointer)) return;
  const url = `${hub.endpoint}/${idOf(model)}/resolve/${commit}/${path}`;
  const remote = await describeFile(hub, model, url, path);
  const blob = join(folder, 'blobs', remote.etag);
  if (!existsSync(blob)) {
    hub.report(`hf:${idOf(model)}: ${path}, ${(remote.size / 1e6).toFixed(1)} MB`);
    await mkdir(dirname(blob), { recursive: true });
    await fetchBlob(hub, model, url, path, blob, remote);
  }
  await mkdir(dirname(pointer), { recursive: true });
  // File systems without links get a copy, as with huggingface_hub.
  await symlink(relative(dirname(pointer), blob), pointer).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? undefined : copyFile(blob, pointer),
  );
}

/** What the hub says of a file. For large ones it answers with a redirect to where they lie. */
async function describeFile(hub: Hub, model: HubModel, url: string, path: string): Promise<RemoteFile> {
  const response = await request(hub, url, { method: 'HEAD', redirect: 'manual' });
  const isRedirect = response.status >= 300 && response.status < 400;
  if (!response.ok && !isRedirect) throw refusal(hub, model, response, path);
  const { headers } = response;
  const etag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '')
    .replace(/^W\//, '')
    .replaceAll('"', '');
  const size = Number(headers.get('x-linked-size') ?? headers.get('content-length'));
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag) || !Number.isSafeInteger(size) || size < 0) {
    throw new HarnessError('E_HUB', `The hub at ${hostOf(hub)} names no digest and size of ${path}.`);
  }
  return { etag, size };
}

/** Under another name until it is whole; goes on with what an earlier try left. */
async function fetchBlob(
  hub: Hub,
  model: HubModel,
  url: string,
  path: string,
  blob: string,
  { etag, size }: RemoteFile,
): Promise<void> {
  const part = `${blob}.incomplete`;
  const failed = async (what: string, remedy?: string) => {
    await rm(part, { force: true });
    return new EngineError('E_CHECKPOINT_INVALID', `hf:${idOf(model)}: ${path} ${what}`, {
      ...(remedy !== undefined && { remedy }),
    });
  };
  try {
    await downloadResuming({ url, part, token: hub.token, size, most: size });
  } catch (error) {
    if (error instanceof DownloadRefused) throw refusal(hub, model, error, path);
    if (error instanceof DownloadTooLong) throw await failed(`is longer than the ${size} bytes announced`);
    if (error instanceof DownloadBroken) {
      throw new HubUnreachable(hub.endpoint, `broke off ${path}: ${error.message}`);
    }
    throw error;
  }
  // As the hub names it: SHA-256, or git's name of the blob for files that git itself keeps.
  const { sha256, gitBlob } = await contentDigests(part);
  const digest = etag.length === 64 ? sha256 : gitBlob;
  if (digest !== etag) {
    throw await failed(
      `has the digest ${digest}, the hub says ${etag}; it was removed`,
      'Try again; if it stays, what stands between you and the hub changes files.',
    );
  }
  await rename(part, blob);
}

/** @throws HubUnreachable when there is no answer */
async function request(
  hub: Hub,
  url: string,
  options: { method?: string; redirect?: 'manual' },
): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
  try {
    return await fetch(url, {
      ...options,
      headers: {
        // What is compressed on the way has another length than announced.
        'accept-encoding': 'identity',
        // fetch drops it when it follows a redirect to another host.
        ...(hub.token !== null && { authorization: `Bearer ${hub.token}` }),
      },
      signal: abort.signal,
    });
  } catch (cause) {
    throw new HubUnreachable(hub.endpoint, `does not answer: ${reasonOf(cause)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** A word for people; nothing of what was sent. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = (inner as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return inner instanceof Error && inner.name === 'AbortError'
    ? 'no answer in time'
    : 'the connection failed';
}

function refusal(
  hub: Hub,
  model: HubModel,
  { status }: { readonly status: number },
  what: string,
): HarnessError | EngineError {
  const shown = `hf:${idOf(model)}@${model.revision}`;
  if (status === 401 || status === 403) {
    return new EngineError(
      'E_MODEL_NOT_FOUND',
      `${shown}: the hub at ${hostOf(hub)} refuses ${what} (${status}).`,
      {
        remedy:
          hub.token === null
            ? 'If it is private or gated, set HF_TOKEN to a token that may read it.'
            : 'Does the token in HF_TOKEN have access to it, and were its terms accepted?',
      },
    );
  }
  if (status === 404) {
    return new EngineError(
      'E_MODEL_NOT_FOUND',
      `${shown}: the hub at ${hostOf(hub)} has no such model or revision.`,
    );
  }
  return new HubUnreachable(hub.endpoint, `answers ${what} of ${shown} with status ${status}`);
}

const idOf = ({ owner, name }: HubModel): string => `${owner}/${name}`;
const hostOf = ({ endpoint }: Hub): string => new URL(endpoint).host;

/** The token of HF_TOKEN, or the one that `hf auth login` saved; null where there is none. */
export async function hubToken(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<string | null> {
  const given = env['HF_TOKEN']?.trim();
  if (given) return given;
  const saved = await readFile(env['HF_TOKEN_PATH'] || join(home, 'token'), 'utf8').catch(() => '');
  return saved.trim() || null;
}
