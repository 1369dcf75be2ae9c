/** Texts of one list that mean much the same as one of another: paraphrases that no n-gram finds. */
import { cosine, type Embedder } from './embedder.ts';

export interface NearText {
  /** Index into the left texts. */
  readonly left: number;
  /** Index of the nearest right text. */
  readonly right: number;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
}

const BATCH = 64;

/** For each left text whose nearest right text is at least so near, that text. Texts too long to be embedded whole are
 *  passed over. Takes time in proportion to left × right.
 *  @param atLeast cosine; 0.95 is the same question in other words */
export async function nearestTexts(
  embedder: Embedder,
  left: readonly string[],
  right: readonly string[],
  atLeast: number,
): Promise<readonly NearText[]> {
  const lefts = await vectorsOf(embedder, left);
  const best = lefts.map(() => ({ right: -1, similarity: -1 }));
  for (let from = 0; from < right.length; from += BATCH) {
    const vectors = await vectorsOf(embedder, right.slice(from, from + BATCH));
    for (const [j, vector] of vectors.entries()) {
      if (vector === null) continue;
      for (const [i, other] of lefts.entries()) {
        if (other === null) continue;
        const similarity = cosine(other, vector);
        if (similarity > best[i]!.similarity) best[i] = { right: from + j, similarity };
      }
    }
  }
  return best.flatMap((found, i) => (found.similarity >= atLeast ? [{ left: i, ...found }] : []));
}

async function vectorsOf(
  embedder: Embedder,
  texts: readonly string[],
): Promise<readonly (Float32Array | null)[]> {
  const vectors: (Float32Array | null)[] = texts.map(() => null);
  const asked = texts.flatMap((text, i) => (text.trim() === '' ? [] : [i]));
  for (let from = 0; from < asked.length; from += BATCH) {
    const part = asked.slice(from, from + BATCH);
    const embedded = await embedder.embed(part.map((i) => texts[i]!));
    for (const [j, i] of part.entries()) vectors[i] = embedded[j]!;
  }
  return vectors;
}
