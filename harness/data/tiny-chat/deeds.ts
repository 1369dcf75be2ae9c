/** Deeds and writings composed of parts, harmful and harmless ones in the same verbs: they teach the shape, where the
 *  lists of safety.json teach the names. The parts: deeds.json. A composition that equals a held-out deed is never
 *  drawn. */
import type { MersenneTwister } from '../random.ts';
import listed from './deeds.json' with { type: 'json' };
import { answerNamed, HARMFUL, HARMLESS, type Family } from './safety.ts';
import { normalisePrompt } from './wording.ts';

interface Composition {
  readonly kind: Family['kind'];
  readonly answer: string;
  /** One word or phrase of each list, joined by spaces; an empty phrase leaves no trace. */
  readonly parts: readonly (readonly string[])[];
}

const compositionsOf = (rows: typeof listed.harmful): readonly Composition[] =>
  rows.map(({ kind, answer, parts }) => ({
    kind: kind as Family['kind'], // a text of a JSON file is of any value to the compiler
    answer: answerNamed(answer),
    parts: parts.map((part) => part.split(',').map((phrase) => phrase.trim())),
  }));

export const HARMFUL_COMPOSITIONS = compositionsOf(listed.harmful);
export const HARMLESS_COMPOSITIONS = compositionsOf(listed.harmless);

const HELD_OUT: ReadonlySet<string> = new Set(
  [...HARMFUL, ...HARMLESS].flatMap(({ heldOut }) => heldOut.map(normalisePrompt)),
);

/** Draws a composition, the larger ones more often but not in proportion, and puts it into words. */
export function compose(
  compositions: readonly Composition[],
  rng: MersenneTwister,
): { readonly kind: Family['kind']; readonly what: string; readonly answer: string } {
  for (;;) {
    const { kind, answer, parts } = rng.choice(compositions);
    const what = parts
      .map((part) => rng.choice(part))
      .filter((part) => part !== '')
      .join(' ');
    if (!HELD_OUT.has(normalisePrompt(what))) return { kind, what, answer };
  }
}
