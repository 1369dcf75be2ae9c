/** How the evaluation sets draw: with one seed, from wordings that training never sees. */
import type { MersenneTwister } from '../../random.ts';

export const SEED = 2026;

/** Draws without repeating until the list is used up, then starts over. */
export function cycle<T>(items: readonly T[], rng: MersenneTwister): () => T {
  let rest: T[] = [];
  return () => {
    if (rest.length === 0) rest = rng.shuffled(items);
    return rest.pop()!;
  };
}
