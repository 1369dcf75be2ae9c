/** JSON Lines from a user: every line an object, all faults at once, each with its line.
 *  Knows the form of the file; what the objects hold is the caller's. */

export type Fields = Readonly<Record<string, unknown>>;

export interface JsonLines<Value> {
  readonly values: readonly Value[];
  /** `line 3: what is wrong`, in the order of the lines. */
  readonly faults: readonly string[];
}

type ReadLine<Value> = (fields: Fields, fault: (what: string) => null, line: number) => Value | null;

/** Reads one line after the other. Blank lines are passed over, yet counted.
 *  @param read the value of a line (numbered from 1); null after it told `fault` what is wrong */
export function jsonLinesReader<Value>(read: ReadLine<Value>): {
  readonly push: (content: string) => void;
  /** What was read so far. */
  readonly read: () => JsonLines<Value>;
} {
  const values: Value[] = [];
  const faults: string[] = [];
  let line = 0;
  return {
    push: (content) => {
      line++;
      if (content.trim() === '') return;
      const fault = (what: string): null => {
        faults.push(`line ${line}: ${what}`);
        return null;
      };
      const fields = objectOf(content, fault);
      const value = fields && read(fields, fault, line);
      if (value !== null) values.push(value);
    },
    read: () => ({ values, faults }),
  };
}

/** The lines of a text at once, without a byte order mark. */
export function readJsonLines<Value>(text: string, read: ReadLine<Value>): JsonLines<Value> {
  const reader = jsonLinesReader(read);
  for (const content of text.replace(/^\uFEFF/, '').split(/\r?\n/)) reader.push(content);
  return reader.read();
}

function objectOf(content: string, fault: (what: string) => null): Fields | null {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return fault(`not JSON: ${(error as Error).message}`);
  }
  return isObject(value) ? value : fault('not an object');
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
