/** Text primitives as Python defines them, because the reference metrics are written in Python: what is white
 *  space, what is a word character, how a string is split. JavaScript's `\s`, `\w` and `trim` differ.
 *  Knows nothing of metrics. Source: Python 3 `str.isspace`, `str.split`, `re` on `str`. */

/** Whether `str.isspace` holds for a UTF-16 unit (no white space lies outside the basic plane). */
export function isPythonSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f);
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** The words between runs of white space, as `str.split()`. */
export function splitWhitespace(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    if (isPythonSpace(text.charCodeAt(at))) {
      if (start >= 0) words.push(text.slice(start, at));
      start = -1;
    } else if (start < 0) start = at;
  }
  if (start >= 0) words.push(text.slice(start));
  return words;
}

/** Number of words between runs of white space: `len(text.split())`, an integer >= 0. */
export function countWords(text: string): number {
  let words = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const space = isPythonSpace(text.charCodeAt(at));
    if (!space && !inside) words++;
    inside = !space;
  }
  return words;
}

/** As `str.rstrip()`. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isPythonSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** As `str.strip()`. */
export function trim(text: string): string {
  let start = 0;
  while (start < text.length && isPythonSpace(text.charCodeAt(start))) start++;
  return trimEnd(text.slice(start));
}

/** Number of code points: `len(text)` (JavaScript's length counts a character beyond the basic plane twice). */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      length--;
      at++;
    }
  }
  return length;
}

const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/** Whether `\w` matches a code point: a letter, a number or `_`; combining marks are none. */
export function isWordCharacter(codePoint: number): boolean {
  if (codePoint < 0x80) {
    return (
      (codePoint >= 0x61 && codePoint <= 0x7a) ||
      (codePoint >= 0x41 && codePoint <= 0x5a) ||
      (codePoint >= 0x30 && codePoint <= 0x39) ||
      codePoint === 0x5f
    );
  }
  return WORD_CHARACTER.test(String.fromCodePoint(codePoint));
}
