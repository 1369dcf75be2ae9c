/** The tokenizers of sacrebleu 2.6.0 that BLEU names in its signature: none, 13a, intl, char, zh.
 *  Knows text only; knows nothing of n-grams. Source: mteval-v13a.pl and mteval-v14.pl as sacrebleu reads them. */
import { splitWhitespace, trim } from './python-text.ts';

/** Punctuation apart; period and comma apart unless a digit stands on both sides; dash apart after a digit. */
export function separateWestern(line: string): string {
  return line
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

function tokenize13a(line: string): string[] {
  let text = line.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  if (text.includes('&')) {
    text = text
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>');
  }
  return splitWhitespace(separateWestern(` ${text} `));
}

function tokenizeInternational(line: string): string[] {
  return splitWhitespace(
    line
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/\p{S}/gu, ' $& '),
  );
}

/** What sacrebleu takes for Chinese, as [first, last] UTF-16 units. Its table writes `\u20000` and `\u2f800`,
 *  which Python reads as U+2000 followed by "0": so everything from U+2001 to U+2A6D counts as Chinese, and
 *  ideographs beyond the basic plane do not. Kept, because the scores of others contain it. */
const CHINESE_RANGES: readonly (readonly [number, number])[] = [
  [0x2001, 0x2a6d],
  [0x2e80, 0x2fdf],
  [0x2ff0, 0x303f],
  [0x3100, 0x312f],
  [0x31a0, 0x31bf],
  [0x31c0, 0x31ef],
  [0x3200, 0x33ff],
  [0x3400, 0x4db5],
  [0x4e00, 0x9fbb],
  [0xf900, 0xfa2d],
  [0xfa30, 0xfa6a],
  [0xfa70, 0xfad9],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe4f],
  [0xff00, 0xffef],
];

const CHINESE = new RegExp(
  `[${CHINESE_RANGES.map(([first, last]) => `${String.fromCharCode(first)}-${String.fromCharCode(last)}`).join('')}]`,
  'g',
);

function tokenizeChinese(line: string): string[] {
  return splitWhitespace(separateWestern(trim(line).replace(CHINESE, ' $& ')));
}

function tokenizeCharacters(line: string): string[] {
  return Array.from(splitWhitespace(line).join(''));
}

export const bleuTokenizers = {
  none: splitWhitespace,
  '13a': tokenize13a,
  intl: tokenizeInternational,
  char: tokenizeCharacters,
  zh: tokenizeChinese,
} as const satisfies Record<string, (line: string) => string[]>;

export type BleuTokenizer = keyof typeof bleuTokenizers;
