/** Reads the fields of a row as what they must be, and collects what is wrong: all rows of a file at once.
 *  Knows no set and no form. */
import { isObject, isTexts, type Fields } from '../tasks/json-lines.ts';
import { requireNoFaults, type Row } from './rows.ts';

/** Thrown within `mapRows` alone, which makes a fault of it. */
class RowFault extends Error {}

/** The fields of one row. Each reader throws what `mapRows` collects. */
export class FieldReader {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  /** Any text; empty only where that is allowed. */
  text(name: string, { mayBeEmpty = false } = {}): string {
    const value = this.#fields[name];
    if (typeof value !== 'string')
      throw new RowFault(this.has(name) ? `${name} is no text` : `${name} is missing`);
    if (value === '' && !mayBeEmpty) throw new RowFault(`${name} is empty`);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.#fields[name];
    if (!isTexts(value))
      throw new RowFault(this.has(name) ? `${name} is no list of texts` : `${name} is missing`);
    return value;
  }

  /** A whole number in [0, below), written as a number or as digits. */
  index(name: string, below: number): number {
    const value = this.#fields[name];
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0 || number >= below) {
      throw new RowFault(`${name} is ${JSON.stringify(value)}, not a whole number below ${below}`);
    }
    return number;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const value = this.text(name);
    const found = values.find((each) => each === value);
    if (found === undefined)
      throw new RowFault(`${name} is ${JSON.stringify(value)}, not ${values.join(' or ')}`);
    return found;
  }

  list(name: string): readonly unknown[] {
    const value = this.#fields[name];
    if (!Array.isArray(value))
      throw new RowFault(this.has(name) ? `${name} is no list` : `${name} is missing`);
    return value;
  }

  within(name: string): FieldReader {
    const value = this.#fields[name];
    if (!isObject(value)) throw new RowFault(this.has(name) ? `${name} is no object` : `${name} is missing`);
    return new FieldReader(value);
  }

  /** The objects of a list. */
  each(name: string): readonly FieldReader[] {
    return this.list(name).map((value, i) => {
      if (!isObject(value)) throw new RowFault(`${name}[${i}] is no object`);
      return new FieldReader(value);
    });
  }

  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#fields);
  }

  /** @throws what `mapRows` collects */
  fail(what: string): never {
    throw new RowFault(what);
  }
}

/** What `read` makes of each row.
 *  @throws HarnessError E_DATA_INVALID with every row that `read` found at fault */
export function mapRows<Value>(
  path: string,
  rows: readonly Row[],
  read: (fields: FieldReader, index: number) => Value,
): Value[] {
  const values: Value[] = [];
  const faults: string[] = [];
  for (const [index, { place, fields }] of rows.entries()) {
    try {
      values.push(read(new FieldReader(fields), index));
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      faults.push(`${place}: ${error.message}`);
    }
  }
  requireNoFaults(path, faults);
  return values;
}
