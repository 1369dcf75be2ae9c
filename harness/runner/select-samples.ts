/** Which samples of a dataset a limited run takes. */
import { digestOf } from '../runs/digest.ts';
import type { Sample } from '../tasks/task.ts';

/** All samples, or `limit` of them in the dataset's order. Who is taken depends on seed and id alone, so that
 *  a set sorted by difficulty or label is sampled fairly and two models get the same questions. */
export function selectSamples(
  samples: readonly Sample[],
  limit: number | null,
  seed: number,
): readonly Sample[] {
  if (limit === null || limit >= samples.length) return samples;
  const rank = (sample: Sample) => digestOf(`${seed}\u0000${sample.id}`);
  const ranked = samples.map((sample) => ({ id: sample.id, rank: rank(sample) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const taken = new Set(ranked.slice(0, limit).map(({ id }) => id));
  return samples.filter(({ id }) => taken.has(id));
}

/** Seed of one generation, in [0, 2^31): the same whatever ran before it. */
export function sampleSeed(seed: number, task: string, sampleId: string, repeat: number): number {
  return (
    Number.parseInt(digestOf(`${seed}\u0000${task}\u0000${sampleId}\u0000${repeat}`).slice(7, 15), 16) >>> 1
  );
}
