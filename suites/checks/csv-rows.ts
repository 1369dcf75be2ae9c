/** Rows of a CSV file (RFC 4180) as objects by their header: quoted fields may hold commas, quotes and line ends. */
export function csvRows(text: string): Record<string, string>[] {
  const table: string[][] = [[]];
  let field = '';
  let quoted = false;
  const end = () => {
    table.at(-1)!.push(field);
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[++at]!;
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') end();
    else if (character === '\n') {
      end();
      table.push([]);
    } else if (character !== '\r') field += character;
  }
  end();
  const [header, ...rows] = table.filter((row) => row.length > 1);
  return rows.map((row) => Object.fromEntries(header!.map((name, column) => [name, row[column] ?? ''])));
}
