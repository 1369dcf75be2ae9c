/** samples.jsonl: appended line by line by one writer; a torn last line is dropped on reading. */
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import { isObject } from '../tasks/json-lines.ts';
import type { SampleRecord } from '../../reports/report-data.ts';

const NEWLINE = 0x0a;

/** Identifies a record within a run. */
export function recordKey(record: Pick<SampleRecord, 'suite' | 'task' | 'sampleId' | 'repeat'>): string {
  return `${record.suite}/${record.task}\u0000${record.sampleId}\u0000${record.repeat}`;
}

interface ReadResult {
  readonly records: SampleRecord[];
  /** Bytes up to the end of the last whole line: where appending may go on. */
  readonly wholeBytes: number;
}

const CHUNK_BYTES = 1 << 22;

/** Records of a log; none where the file is absent. Of several with one key the last stands: a resumed run asks
 *  again where an error was. Read piece by piece: a log may be longer than the longest string.
 *  @throws HarnessError E_RUN_INVALID for a line, other than a torn last one, that is not a record */
export function readSampleLog(path: string): ReadResult {
  const records = new Map<string, SampleRecord>();
  let lineNumber = 0;
  const wholeBytes = forEachLine(path, (line) => {
    const record = parseRecord(line, path, ++lineNumber);
    records.set(recordKey(record), record);
  });
  return { records: [...records.values()], wholeBytes };
}

/** Hands over each whole line; tells the bytes they take together. Without a final newline the last line is torn.
 *  @param chunkBytes read at once */
export function forEachLine(
  path: string,
  onLine: (line: string) => void,
  chunkBytes: number = CHUNK_BYTES,
): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    let wholeBytes = 0;
    let pending: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const size = readSync(file, buffer, 0, chunkBytes, null);
      if (size === 0) return wholeBytes;
      let start = 0;
      for (let end = 0; (end = buffer.subarray(0, size).indexOf(NEWLINE, start)) >= 0; start = end + 1) {
        const line = Buffer.concat([...pending, buffer.subarray(start, end)]);
        pending = [];
        wholeBytes += line.length + 1;
        onLine(line.toString('utf8'));
      }
      if (start < size) pending.push(buffer.subarray(start, size));
    }
  } finally {
    closeSync(file);
  }
}

function parseRecord(line: string, path: string, lineNumber: number): SampleRecord {
  try {
    const record: unknown = JSON.parse(line);
    if (isRecord(record)) return record;
  } catch {
    // told below, with the line
  }
  throw new HarnessError('E_RUN_INVALID', `${path}, line ${lineNumber} is not a sample record`);
}

/** Whether all is there that a verdict rests on: what is missing from two records alike would compare as equal. */
function isRecord(value: unknown): value is SampleRecord {
  if (!isObject(value)) return false;
  const { repeat, tags, scores, reasons, error } = value;
  return (
    ['suite', 'task', 'sampleId', 'cluster', 'inputDigest'].every((key) => typeof value[key] === 'string') &&
    Number.isInteger(repeat) &&
    Array.isArray(tags) &&
    isObject(scores) &&
    isObject(reasons) &&
    (error === null || (isObject(error) && typeof error['code'] === 'string'))
  );
}

/** The one writer of a log. Appends whole lines; a torn line left by a killed process is cut off first. */
export class SampleLog {
  readonly #file: number;

  constructor(path: string) {
    const wholeBytes = forEachLine(path, () => {});
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, wholeBytes);
  }

  append(record: SampleRecord): void {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    for (let written = 0; written < line.length;) written += writeSync(this.#file, line, written);
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}
