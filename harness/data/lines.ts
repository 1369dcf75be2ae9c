/** Lines of a JSON Lines file as the source document's Python reads them: universal newlines, no line after the
 *  last newline, and its notion of white space. Knows nothing of what the lines mean. */
import { readFile } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';

/** What `str.split()` and `str.strip()` take for white space; differs from `\s` in U+001C–U+001F, U+0085, U+FEFF. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SPACES = new RegExp(`${SPACE}+`, 'u');
const NOT_SPACE = new RegExp(`(?!${SPACE})[^]`, 'u');

export function isBlank(text: string): boolean {
  return !NOT_SPACE.test(text);
}

export function countWords(text: string): number {
  return text.split(SPACES).filter((word) => word !== '').length;
}

/** @throws HarnessError E_FILE_NOT_FOUND, E_DATA_INVALID where the file is not UTF-8 */
export async function readLines(path: string): Promise<string[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `Data file not found: ${path}`, { cause });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new HarnessError('E_DATA_INVALID', `${path} is not UTF-8 text.`, {
      remedy: 'Save it as UTF-8.',
      cause,
    });
  }
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
