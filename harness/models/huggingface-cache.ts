/** Finds a model in the local Hugging Face cache (huggingface_hub's layout: `models--owner--name/refs/<revision>`
 *  holds a commit, `snapshots/<commit>/` the files). Reads only; downloads nothing. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../engine/index.ts';

interface CachedModel {
  readonly owner: string;
  readonly name: string;
  readonly revision: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** As huggingface_hub looks it up. */
export function huggingfaceCache(env: Environment): string {
  if (env['HF_HUB_CACHE']) return env['HF_HUB_CACHE'];
  if (env['HUGGINGFACE_HUB_CACHE']) return env['HUGGINGFACE_HUB_CACHE'];
  const home = env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
  return join(home, 'hub');
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
