/** Sentence embeddings by a model of the user's: a folder as sentence-transformers and the ONNX exporters write it
 *  (config.json, tokenizer.json, onnx/model.onnx), run by the feature-extraction pipeline of
 *  @huggingface/transformers, pooled as `1_Pooling/config.json` says, else by the mean (Reimers and Gurevych 2019,
 *  arXiv:1908.10084), and normalised. Longer texts are truncated at the model's length. Nothing is fetched. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { Embedder, EmbedderInfo } from './embedder.ts';
import { neededFiles, openPipeline } from './onnx-folder.ts';

const BATCH = 16;

type Pooling = 'mean' | 'cls';

/** @throws E_FILE_NOT_FOUND */
async function filesOf(folder: string): Promise<readonly string[]> {
  const needed = neededFiles(folder);
  const weights = (await readdir(join(folder, 'onnx'))).filter((name) => name.startsWith('model.onnx'));
  const optional = ['tokenizer_config.json', join('1_Pooling', 'config.json')];
  return [
    ...needed,
    ...optional.filter((name) => existsSync(join(folder, name))),
    ...weights.map((name) => join('onnx', name)),
  ].sort();
}

async function digestOfFiles(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) {
    hash.update(`${name}\0`);
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** @throws E_INPUT_INVALID for a pooling that the pipeline does not have */
async function poolingOf(folder: string): Promise<Pooling> {
  const path = join(folder, '1_Pooling', 'config.json');
  if (!existsSync(path)) return 'mean';
  const settings = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
  const chosen = Object.keys(settings).filter(
    (key) => key.startsWith('pooling_mode') && settings[key] === true,
  );
  if (chosen.length === 1 && chosen[0] === 'pooling_mode_mean_tokens') return 'mean';
  if (chosen.length === 1 && chosen[0] === 'pooling_mode_cls_token') return 'cls';
  throw new HarnessError('E_INPUT_INVALID', `${path} asks for ${chosen.join(' and ') || 'no pooling'}.`, {
    remedy: 'Use a model that pools by mean or by the first token.',
  });
}

/** @throws E_FILE_NOT_FOUND for what is missing, E_INPUT_INVALID for a model that cannot be loaded */
export async function openFolderEmbedder(path: string): Promise<Embedder> {
  const folder = resolve(path);
  const names = await filesOf(folder);
  const pooling = await poolingOf(folder);
  const digest = await digestOfFiles(folder, names);
  const extract = await openPipeline('feature-extraction', folder);
  const info: EmbedderInfo = { name: basename(folder), digest, pooling, long: 'truncated' };
  return {
    info,
    embed: async (texts) => {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        const some = texts.slice(at, at + BATCH);
        const output = await extract(some, { pooling, normalize: true }); // (batch, dimensions)
        const size = output.dims.at(-1)!;
        const data = output.data as Float32Array;
        some.forEach((_, row) => vectors.push(data.slice(row * size, (row + 1) * size)));
        output.dispose();
      }
      return vectors;
    },
    close: async () => {
      await extract.dispose();
    },
  };
}
