/** A second opinion on readability: npm's text-readability, another reading of the same formulas (other syllables,
 *  other sentences, rounded on the way). For comparison beside our numbers, never for a gate: it calls an empty text
 *  easy and is quadratic in runs of spaces, so it is guarded here. */
import { createRequire } from 'node:module';
import type readability from 'text-readability';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { splitWhitespace } from './python-text.ts';
import { signature } from './signature.ts';

const LONGEST_TEXT = 20_000;

const opinions = {
  fleschReadingEase: (library, text) => library.fleschReadingEase(text),
  fleschKincaidGrade: (library, text) => library.fleschKincaidGrade(text),
} satisfies Record<string, (library: typeof readability, text: string) => number>;

export type SecondOpinionName = keyof typeof opinions;

let loaded: typeof readability | undefined;

/** Loaded when first asked: it adds two functions to Math, which nobody should get unasked. */
function textReadability(): typeof readability {
  loaded ??= (createRequire(import.meta.url)('text-readability') as { readonly default: typeof readability })
    .default;
  return loaded;
}

/** What text-readability 1.1.1 says of a text; null for one without words or of more than 20,000 characters.
 *  Runs of white space are read as one space. */
export function secondOpinion(text: string, name: SecondOpinionName): MetricValue {
  if (text.length > LONGEST_TEXT) {
    return undefinedBecause(
      `the text has ${text.length} characters; the second opinion takes ${LONGEST_TEXT}`,
    );
  }
  const spaced = splitWhitespace(text).join(' ');
  if (!/[\p{L}\p{N}]/u.test(spaced)) return undefinedBecause('the text has no words');
  return opinions[name](textReadability(), spaced);
}

/** How far the second opinion is from ours, signed; null where either has none, with its reason. */
export function disagreement(second: MetricValue, ours: MetricValue): MetricValue {
  if (typeof second !== 'number') return second;
  return typeof ours === 'number' ? second - ours : ours;
}

/** Such as `fleschReadingEase|package:text-readability-1.1.1|harness:2`. */
export function secondOpinionSignature(name: SecondOpinionName): string {
  return `${name}|${signature({ package: 'text-readability-1.1.1' })}`;
}
