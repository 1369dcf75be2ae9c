/** Similarity of meaning: the cosine of sentence embeddings (Reimers and Gurevych 2019, arXiv:1908.10084). It
 *  depends on the embedder, whose digest is in the signature, and it is no measure of truth: a negation hardly moves it. */
import { undefinedBecause, type MetricValue } from '../metrics/metric-value.ts';
import { signature } from '../metrics/signature.ts';
import { cosine, type Embedder, type EmbedderInfo } from './embedder.ts';

export interface SimilarityPair {
  readonly hypothesis: string;
  /** At least one. */
  readonly references: readonly string[];
}

const isBlank = (text: string) => text.trim() === '';

/** Similarity of each text to the nearest of its references, in [−1, 1]; every distinct text is embedded once. A
 *  blank text is like nothing: 0, so that a model cannot gain by silence. Null against a blank reference, or where the
 *  embedder does not read a text whole. */
export async function semanticSimilarity(
  pairs: readonly SimilarityPair[],
  embedder: Embedder,
): Promise<readonly MetricValue[]> {
  const given = pairs.flatMap(({ hypothesis, references }) => [hypothesis, ...references]);
  const texts = [...new Set(given)].filter((text) => !isBlank(text));
  const embedded = await embedder.embed(texts);
  const vectors = new Map(texts.map((text, at) => [text, embedded[at]!] as const));
  return pairs.map(({ hypothesis, references }) => {
    if (references.some(isBlank)) return undefinedBecause('a reference is blank');
    if (isBlank(hypothesis)) return 0;
    const vector = vectors.get(hypothesis);
    const others = references.map((each) => vectors.get(each));
    if (!vector || others.some((each) => !each)) {
      return undefinedBecause(`a text is too long for ${embedder.info.name}`);
    }
    return Math.max(...others.map((other) => cosine(vector, other!)));
  });
}

/** Such as `similarity|model:energetic-ai-en-0.2.0|digest:8f1d…|pooling:model|long:refused|refs:best|harness:2`. */
export function similaritySignature({ name, digest, pooling, long }: EmbedderInfo): string {
  return `similarity|${signature({
    model: name.replaceAll('|', '_'),
    digest: digest.replace('sha256:', '').slice(0, 16),
    pooling,
    long,
    refs: 'best',
  })}`;
}
