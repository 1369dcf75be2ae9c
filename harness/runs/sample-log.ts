/** samples.jsonl: appended line by line by one writer; a torn last line is dropped on reading. */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import type { SampleRecord } from '../../reports/report-data.ts';

/** Identifies a record within a run. */
export function recordKey(record: Pick<SampleRecord, 'suite' | 'task' | 'sampleId' | 'repeat'>): string {
  return `${record.suite}/${record.task}\u0000${record.sampleId}\u0000${record.repeat}`;
}

interface ReadResult {
  readonly records: SampleRecord[];
  /** Bytes up to the end of the last whole line: where appending may go on. */
  readonly wholeBytes: number;
}

/** Records of a log; none where the file is absent. Of several with one key the last stands: a resumed run asks
 *  again where an error was.
 *  @throws HarnessError E_RUN_INVALID for a line, other than a torn last one, that is not a record */
export function readSampleLog(path: string): ReadResult {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], wholeBytes: 0 };
    throw error;
  }
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1; // without a final newline the last line is torn
  const records = new Map<string, SampleRecord>();
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n');
  lines.pop();
  lines.forEach((line, index) => {
    const record = parseRecord(line, path, index + 1);
    records.set(recordKey(record), record);
  });
  return { records: [...records.values()], wholeBytes };
}

function parseRecord(line: string, path: string, lineNumber: number): SampleRecord {
  try {
    const record = JSON.parse(line) as SampleRecord;
    if (
      typeof record.suite === 'string' &&
      typeof record.task === 'string' &&
      typeof record.sampleId === 'string' &&
      Array.isArray(record.tags) &&
      typeof record.scores === 'object' &&
      typeof record.reasons === 'object'
    ) {
      return record;
    }
  } catch {
    // told below, with the line
  }
  throw new HarnessError('E_RUN_INVALID', `${path}, line ${lineNumber} is not a sample record`);
}

/** The one writer of a log. Appends whole lines; a torn line left by a killed process is cut off first. */
export class SampleLog {
  readonly #file: number;

  constructor(path: string) {
    const { wholeBytes } = readSampleLog(path);
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
