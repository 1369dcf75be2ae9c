/** Aligned columns of text, two spaces apart. */
import { cut, wrapped } from './terminal.ts';

export type Alignment = 'left' | 'right';

export function renderTable(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string {
  const widths = alignments.map((_, column) =>
    Math.max(0, ...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      alignments
        .map((alignment, column) => {
          const cell = row[column] ?? '';
          const padding = ' '.repeat(widths[column]! - displayWidth(cell));
          return alignment === 'left' ? cell + padding : padding + cell;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A row a line where all of the table fits; else two or more lines a row: its first two cells, then the rest, with
 *  dots between, indented.
 *  @param columns null where any width will do */
export function renderFitted(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  columns: number | null,
): string[] {
  if (rows.length === 0) return [];
  const table = renderTable(rows, alignments).split('\n');
  if (columns === null || table.every((line) => displayWidth(line) <= columns)) return table;
  return rows.map(([first = '', second = '', ...rest]) => {
    const head = cut(`${first}  ${second}`, columns);
    const shown = rest.filter((cell) => cell !== '').join(' · ');
    return shown === '' ? head : [head, `  ${wrapped(shown, columns - 2, 2)}`].join('\n');
  });
}

/** Code points: enough for what stands in our tables, which never hold a model's text. */
function displayWidth(text: string): number {
  return Array.from(text).length;
}
