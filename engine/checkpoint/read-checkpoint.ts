/** Opens a checkpoint, whatever its format: the one entry to the readers. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../errors.ts';
import type { Checkpoint, ModelDigests, TokenizerFiles } from './checkpoint.ts';
import { digestAdapter } from './adapter-digest.ts';
import { digestGguf, readGguf, readGgufTokenizer } from './gguf-checkpoint.ts';
import { describeFolder } from './folder-description.ts';
import { digestHuggingFaceFolder, readHuggingFaceFolder } from './huggingface-folder.ts';
import { digestOnnxFolder, isOnnxFolder } from './onnx-folder.ts';

/** Reads everything but the weights, which are read one by one from `weights`; close that afterwards.
 *  @param path a Hugging Face folder or a .gguf file
 *  @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID, E_TOKENIZER_INVALID,
 *  E_SHAPE_MISMATCH */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const absolute = resolve(path);
  return (await isFolder(absolute)) ? readHuggingFaceFolder(absolute) : readGguf(absolute);
}

/** Digests of what `readCheckpoint` would load, without loading it: what an alias is checked against. The adapter
 *  that lies in a folder is among them: a run that did not apply it evaluated another model. */
export async function readModelDigests(path: string): Promise<ModelDigests> {
  const absolute = resolve(path);
  if (!(await isFolder(absolute))) return digestGguf(absolute);
  if (isOnnxFolder(absolute)) return digestOnnxFolder(absolute);
  const adapter = await digestAdapter(absolute);
  return { ...(await digestHuggingFaceFolder(absolute)), ...(adapter !== null && { adapter }) };
}

/** The tokenizer alone. */
export async function readTokenizerFiles(path: string): Promise<TokenizerFiles> {
  const absolute = resolve(path);
  return (await isFolder(absolute))
    ? (await describeFolder(absolute)).tokenizer
    : readGgufTokenizer(absolute);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new EngineError('E_MODEL_NOT_FOUND', `there is no model at ${path}`, { cause });
  }
}
