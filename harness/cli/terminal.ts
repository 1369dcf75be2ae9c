/** What a terminal can show: its width, colour where it is wanted, text that fits and does no harm.
 *  Knows streams and characters; knows nothing of what is told. */
import path from 'node:path';
import { visibleString } from '../../reports/app/visible-text.js';

/** What is needed of a stream that may be a terminal. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** Columns of a terminal; null where the stream is none: then lines are as long as they are. */
export function widthOf(screen: Screen): number | null {
  // A terminal that does not know its width says 0.
  return screen.isTTY ? screen.columns || 80 : null;
}

const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;
export type Style = keyof typeof CODES;

/** Paints, or leaves as it is: where the stream is no terminal, NO_COLOR is set, or the terminal is dumb. */
export function painter(screen: Screen): (style: Style, text: string) => string {
  const colours = screen.isTTY === true && screen.hasColors?.() === true;
  return (style, text) => (colours ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/** Text of others on one line: what would move the cursor or hide is shown as a label, and what is too long is cut. */
export function oneLine(text: string, columns: number | null): string {
  const line = visibleString(text.slice(0, 4_000)).replaceAll(/\s+/g, ' ').trim();
  return columns === null ? line : cut(line, columns);
}

/** At most `columns` code points, an ellipsis in place of the rest. */
export function cut(text: string, columns: number): string {
  const characters = Array.from(text);
  return characters.length <= columns ? text : `${characters.slice(0, columns - 1).join('')}…`;
}

/** Breaks at blanks; lines after the first are indented. A word that is longer than a line stays whole: a path that is
 *  broken cannot be copied. */
export function wrapped(text: string, columns: number | null, indent = 0): string {
  if (columns === null) return text;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`;
    if (Array.from(next).length <= columns || line.trim() === '') line = next;
    else {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    }
  }
  return [...lines, line].join('\n');
}

/** A path as it can be typed in any shell, seen from the current folder: with slashes, on Windows too, where a
 *  backslash would be eaten by a POSIX shell and Node takes both. */
export function shownPath(
  absolute: string,
  from: string = process.cwd(),
  platform: Pick<typeof path, 'relative' | 'sep'> = path,
): string {
  const shown = platform.relative(from, absolute) || absolute;
  return platform.sep === '\\' ? shown.replaceAll('\\', '/') : shown;
}
