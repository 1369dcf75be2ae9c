/** Words of an English text as the Penn Treebank counts them: contractions in two, punctuation apart, hyphens and slashes
 *  kept. Knows nothing of sentences: a period stays with the word before it, which changes no word's letters.
 *  Source: the tokenizer script of the Penn Treebank (MacIntyre 1995), as NLTK's word_tokenize carries it on. */
import { splitWhitespace } from './python-text.ts';

const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/([«“‘„»”’]|`+|"|'')/g, ' $1 '],
  // A quotation mark before a single letter, not the beginning of a contraction.
  [/'(?!re|ve|ll|m|t|s|d|n)([\p{L}\p{N}_])(?![\p{L}\p{N}_])/giu, "' $1"],
  [/([:,])(?!\d)/g, ' $1 '],
  [/(\.{2,}|--|[;@#$%&?!*[\](){}<>])/g, ' $1 '],
  [/([^' \n])('s|'m|'d|'ll|'re|'ve|n't|')(?=\s|$)/gi, '$1 $2'],
  [/\b(can)(not)\b|\b(gim|lem)(me)\b|\b(gon|wan)(na)\b|\b(got)(ta)\b/gi, '$1$3$5$7 $2$4$6$8'],
];

export function treebankWords(text: string): string[] {
  return splitWhitespace(RULES.reduce((spaced, [pattern, to]) => spaced.replace(pattern, to), text));
}

/** As `str.isupper()`: a cased letter, and none of lower or title case. */
export function isUpperCase(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** As `str.islower()`. */
export function isLowerCase(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}
