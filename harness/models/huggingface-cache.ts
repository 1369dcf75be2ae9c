/** A model in the local Hugging Face cache (huggingface_hub's layout: `models--owner--name/refs/<revision>` holds a
 *  commit, `snapshots/<commit>/` the files), fetched from the hub where it is not there or has moved on. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { downloadModel, HubUnreachable, hubToken } from './huggingface-hub.ts';

interface CachedModel {
  readonly owner: string;
  readonly name: string;
  readonly revision: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const COMMIT = /^[0-9a-f]{40}$/;

/** As huggingface_hub looks it up. */
export function huggingfaceCache(env: Environment): string {
  if (env['HF_HUB_CACHE']) return env['HF_HUB_CACHE'];
  if (env['HUGGINGFACE_HUB_CACHE']) return env['HUGGINGFACE_HUB_CACHE'];
  return join(huggingfaceHome(env), 'hub');
}

function huggingfaceHome(env: Environment): string {
  return env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
}

/** Path of the model as the hub has it now; as the cache has it with HF_HUB_OFFLINE, for a commit that is cached, and
 *  where the hub does not answer.
 *  @throws EngineError E_MODEL_NOT_FOUND, E_CHECKPOINT_INVALID; HarnessError E_HUB */
export async function fetchFromHuggingface(
  model: CachedModel,
  env: Environment = process.env,
  report: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<string> {
  const isOffline = /^(1|on|yes|true)$/i.test(env['HF_HUB_OFFLINE'] ?? '');
  if (isOffline) return findInHuggingfaceCache(model, env);
  if (COMMIT.test(model.revision) && isCached(model, env)) return findInHuggingfaceCache(model, env);
  const hub = {
    endpoint: endpointOf(env),
    token: await hubToken(env, huggingfaceHome(env)),
    cache: huggingfaceCache(env),
    report,
  };
  try {
    return findInHuggingfaceCache({ ...model, revision: await downloadModel(hub, model) }, env);
  } catch (error) {
    if (!(error instanceof HubUnreachable) || !isCached(model, env)) throw error;
    report(`${error.message} Using what the cache holds of ${idOf(model)}.`);
    return findInHuggingfaceCache(model, env);
  }
}

function isCached(model: CachedModel, env: Environment): boolean {
  try {
    findInHuggingfaceCache(model, env);
    return true;
  } catch {
    return false;
  }
}

function endpointOf(env: Environment): string {
  const endpoint = env['HF_ENDPOINT'] || 'https://huggingface.co';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    // Not shown: a password may stand there.
    throw new HarnessError('E_HUB', 'HF_ENDPOINT is no http(s) URL without user and password.');
  }
  return endpoint.replace(/\/+$/, '');
}

/** Path of the snapshot's folder, or of its only .gguf file where it has no config.json.
 *  @throws EngineError E_MODEL_NOT_FOUND with the command that downloads it */
export function findInHuggingfaceCache(model: CachedModel, env: Environment = process.env): string {
  const cache = huggingfaceCache(env);
  const folder = join(cache, `models--${model.owner}--${model.name}`);
  const ref = join(folder, 'refs', model.revision);
  const commit = isFile(ref) ? readFileSync(ref, 'utf8').trim() : model.revision;
  const snapshot = join(folder, 'snapshots', commit);
  // A ref's content becomes part of a path.
  if (!/^[\w-][\w.-]*$/.test(commit) || !existsSync(snapshot)) {
    throw notCached(model, `is not in the local cache, ${cache}`);
  }
  if (existsSync(join(snapshot, 'config.json'))) return snapshot;
  const files = readdirSync(snapshot).filter((name) => name.endsWith('.gguf'));
  if (files.length === 1) return join(snapshot, files[0]!);
  if (files.length > 1) {
    throw new EngineError('E_MODEL_NOT_FOUND', `${idOf(model)} has several models: ${files.join(', ')}.`, {
      remedy: `Name one by its path in ${snapshot}.`,
    });
  }
  throw notCached(model, `has neither config.json nor a .gguf file in ${snapshot}`);
}

const idOf = ({ owner, name, revision }: CachedModel): string => `hf:${owner}/${name}@${revision}`;

function notCached(model: CachedModel, what: string): EngineError {
  const { owner, name, revision } = model;
  return new EngineError('E_MODEL_NOT_FOUND', `${idOf(model)} ${what}.`, {
    remedy: `Download it first: hf download ${owner}/${name} --revision ${revision}`,
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
