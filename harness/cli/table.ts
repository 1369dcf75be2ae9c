/** Aligned columns of text, two spaces apart. */

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

/** Code points: enough for what stands in our tables, which never hold a model's text. */
function displayWidth(text: string): number {
  return Array.from(text).length;
}
