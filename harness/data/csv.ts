/** Comma-separated values (RFC 4180): quoted fields may hold commas, doubled quotes and line ends; a byte order mark is
 *  dropped. Knows lines and columns; what they mean is the caller's. */

export interface CsvRow {
  /** Of the file, from 1: where the row begins. */
  readonly line: number;
  readonly values: readonly string[];
}

export interface Csv {
  readonly rows: readonly CsvRow[];
  /** `line 3: what is wrong`. */
  readonly faults: readonly string[];
}

/** All rows, the header among them; lines without any character are passed over, yet counted. */
export function parseCsv(text: string): Csv {
  const rows: CsvRow[] = [];
  const faults: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const row: CsvRow & { values: string[] } = { line, values: [] };
    for (;;) {
      const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
      if (field.fault) faults.push(`line ${line}: ${field.fault}`);
      row.values.push(field.value);
      line += field.lineEnds;
      at = field.end;
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
    if (row.values.length > 1 || row.values[0] !== '') rows.push(row);
  }
  return { rows, faults };
}

interface Field {
  readonly value: string;
  /** Where it ends: at a comma, a line end or the end of the text. */
  readonly end: number;
  readonly lineEnds: number;
  readonly fault: string | null;
}

const END = /[,\r\n]/g;

function plainField(text: string, start: number): Field {
  END.lastIndex = start;
  const end = END.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end, lineEnds: 0, fault: null };
}

function quotedField(text: string, start: number): Field {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) {
      const rest = text.slice(from);
      return {
        value: value + rest,
        end: text.length,
        lineEnds: lineEndsIn(value + rest),
        fault: 'a quote is opened and not closed',
      };
    }
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const after = plainField(text, quote + 1);
      return {
        value: value + after.value,
        end: after.end,
        lineEnds: lineEndsIn(value),
        fault:
          after.value === ''
            ? null
            : `${JSON.stringify(after.value.slice(0, 20))} stands behind a closing quote`,
      };
    }
    value += '"';
    from = quote + 2;
  }
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
