/** Rows of a data file, whatever its form: JSON Lines, a JSON list, CSV, Parquet, or a folder of such files. Every row keeps where it stands, so
 *  that a fault can name its place. Knows forms; what the fields mean is the caller's. */
import { open, readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { HarnessError } from '../errors.ts';
import { isObject, readJsonLines, type Fields } from '../tasks/json-lines.ts';
import { parseCsv } from './csv.ts';
import { filesOfFolder } from './dataset-folder.ts';

export interface Row {
  /** `line 3` of a text, `row 3` of a table, from 1. */
  readonly place: string;
  readonly fields: Fields;
}

type Format = 'jsonl' | 'json' | 'csv' | 'parquet';

const FORMAT_OF: Readonly<Record<string, Format>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.parquet': 'parquet',
};

/** Most faults that are listed; the others are counted. */
const MOST_FAULTS = 50;

/** @throws HarnessError E_DATA_INVALID with all the faults of a file */
export function requireNoFaults(path: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const more = faults.length - MOST_FAULTS;
  const listed = [...faults.slice(0, MOST_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])];
  throw new HarnessError('E_DATA_INVALID', `${path}\n  ${listed.join('\n  ')}`);
}

/** Extensions of the files that are read, with their dots. */
export const readableExtensions = Object.keys(FORMAT_OF);

/** @param path of a file, or of a folder with the files of one split
 *  @throws HarnessError E_FILE_NOT_FOUND, E_DATA_INVALID with every faulty line or row */
export async function readRows(path: string): Promise<readonly Row[]> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory()) {
    const rows: Row[] = [];
    for (const file of await filesOfFolder(path, readableExtensions)) {
      for (const row of await readRows(file)) rows.push({ ...row, place: `${basename(file)} ${row.place}` });
    }
    return rows;
  }
  const format = FORMAT_OF[extname(path).toLowerCase()];
  if (format === undefined) {
    throw new HarnessError('E_DATA_INVALID', `${path} is in no form that is read`, {
      remedy: 'Give .jsonl, .json, .csv or .parquet, or a folder of them.',
    });
  }
  if (format === 'parquet') return await readParquet(path);
  return readersOfText[format](await readText(path), path);
}

const readersOfText: Record<Exclude<Format, 'parquet'>, (text: string, path: string) => readonly Row[]> = {
  jsonl: (text, path) => {
    const { values, faults } = readJsonLines<Row>(text, (fields, _fault, line) => ({
      place: `line ${line}`,
      fields,
    }));
    requireNoFaults(path, faults);
    return values;
  },
  json: (text, path) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new HarnessError('E_DATA_INVALID', `${path}: not JSON: ${(error as Error).message}`);
    }
    if (!Array.isArray(value)) throw new HarnessError('E_DATA_INVALID', `${path}: not a list of objects`);
    const rows = value.map((fields: unknown, i) => ({ place: `row ${i + 1}`, fields }));
    requireNoFaults(
      path,
      rows.filter(({ fields }) => !isObject(fields)).map(({ place }) => `${place}: not an object`),
    );
    return rows as readonly Row[];
  },
  csv: (text, path) => {
    const { rows, faults } = parseCsv(text);
    const [header, ...body] = rows;
    if (header === undefined) return [];
    const names = header.values;
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    const uneven = body
      .filter(({ values }) => values.length !== names.length)
      .map(({ line, values }) => `line ${line}: ${values.length} fields, the header has ${names.length}`);
    requireNoFaults(path, [
      ...(twice === undefined ? [] : [`line ${header.line}: two columns are named ${JSON.stringify(twice)}`]),
      ...faults,
      ...uneven,
    ]);
    return body.map(({ line, values }) => ({
      place: `line ${line}`,
      fields: Object.fromEntries(names.map((name, i) => [name, values[i]!])),
    }));
  },
};

/** @throws HarnessError E_FILE_NOT_FOUND, E_DATA_INVALID where it is not UTF-8 */
export async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `Data file not found: ${path}`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HarnessError('E_DATA_INVALID', `${path} is not UTF-8 text.`, {
      remedy: 'Save it as UTF-8.',
      cause,
    });
  }
}

/** Flat and nested columns alike; whole numbers of 64 bits become numbers where they fit. */
async function readParquet(path: string): Promise<readonly Row[]> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new HarnessError('E_FILE_NOT_FOUND', `Data file not found: ${path}`, { cause });
  });
  const [{ parquetReadObjects }, { brotliDecompressSync, gunzipSync }] = await Promise.all([
    import('hyparquet'),
    import('node:zlib'),
  ]);
  const handle = await open(path);
  try {
    const rows = await parquetReadObjects({
      file: {
        byteLength: size,
        slice: async (start, end = size) => {
          const bytes = Buffer.alloc(end - start);
          await handle.read(bytes, 0, bytes.length, start);
          // Buffer.alloc of this size may be a part of a pool: only its own bytes are handed on.
          return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
        },
      },
      compressors: {
        GZIP: (bytes) => gunzipSync(bytes),
        BROTLI: (bytes) => brotliDecompressSync(bytes),
      },
    });
    return rows.map((fields, i) => ({ place: `row ${i + 1}`, fields: plain(fields) as Fields }));
  } catch (cause) {
    throw new HarnessError(
      'E_DATA_INVALID',
      `${path} cannot be read as Parquet: ${(cause as Error).message}`,
      {
        remedy: 'Snappy, gzip and brotli are read; write it anew with one of them, or as JSON Lines.',
        cause,
      },
    );
  } finally {
    await handle.close();
  }
}

/** JSON has no 64-bit whole numbers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) {
    return Array.from(value as Uint8Array | Float32Array);
  }
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}
