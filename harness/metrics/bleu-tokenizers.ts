/** The tokenizers of sacrebleu 2.6.0 that BLEU names in its signature: none, 13a, intl, char, zh.
 *  Knows text only; knows nothing of n-grams. Source: mteval-v13a.pl and mteval-v14.pl as sacrebleu reads them. */
import { isPythonSpace, splitWhitespace, trim } from './python-text.ts';

/** Punctuation apart; period and comma apart unless a digit stands on both sides; dash apart after a digit. */
function separateWestern(line: string): string {
  return line
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

/** Characters that the rules of separateWestern can touch: ASCII punctuation but `'` and, after a digit, the dash. */
const TOUCHED = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[!-&(-,./:-@[-`{-~]/.test(String.fromCharCode(unit)) ? 1 : 0,
);

const chunks = new Map<string, readonly string[]>();

function chunkTokens(chunk: string): readonly string[] {
  let parts = chunks.get(chunk);
  if (parts === undefined) {
    parts = splitWhitespace(separateWestern(` ${chunk} `));
    if (chunks.size >= 50_000) chunks.clear();
    if (chunk.length <= 40) chunks.set(chunk, parts);
  }
  return parts;
}

/** The rules look at neighbours but never across white space: so chunks are read one by one, those that no rule
 *  touches as they are, and the others remembered. */
function westernTokens(text: string): string[] {
  const tokens: string[] = [];
  let start = -1;
  let touched = false;
  let before = 0;
  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : 0x20;
    if (isPythonSpace(unit)) {
      if (start >= 0) {
        const chunk = text.slice(start, at);
        if (touched) for (const part of chunkTokens(chunk)) tokens.push(part);
        else tokens.push(chunk);
        start = -1;
        touched = false;
      }
    } else {
      if (start < 0) start = at;
      if (unit < 128 && (TOUCHED[unit] === 1 || (unit === 0x2d && before >= 0x30 && before <= 0x39))) {
        touched = true;
      }
    }
    before = unit;
  }
  return tokens;
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
  return westernTokens(text);
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
