/** Reads records as they are appended to growing logs: the truth about how far a run is. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { SampleRecord } from '../../reports/report-data.ts';

const pollMs = 200;
const NEWLINE = 0x0a;

export interface WatchedLog {
  readonly path: string;
  readonly whose: 'model' | 'baseline';
}

export interface WatchedRecord {
  readonly whose: WatchedLog['whose'];
  readonly record: SampleRecord;
  /** It lay there before anybody watched. */
  readonly isOld: boolean;
}

/** Calls `onRecords` with the records of whole lines, those that are there now at once and then what is new; returns a
 *  stop function, which looks once more. A line that is no record is left to the judging, which tells of it. */
export function watchRecords(
  logs: readonly WatchedLog[],
  onRecords: (records: readonly WatchedRecord[]) => void,
): () => void {
  const buffer = Buffer.alloc(1 << 16);
  const states = logs.map((log) => ({ ...log, offset: 0, torn: [] as Buffer[] }));
  const poll = (isOld: boolean) => {
    const found: WatchedRecord[] = [];
    for (const state of states) {
      let file: number;
      try {
        file = openSync(state.path, 'r');
      } catch {
        continue; // not written yet
      }
      for (let size = 0; (size = readSync(file, buffer, 0, buffer.length, state.offset)) > 0;) {
        state.offset += size;
        let start = 0;
        for (let end = 0; (end = buffer.subarray(0, size).indexOf(NEWLINE, start)) >= 0; start = end + 1) {
          const line = Buffer.concat([...state.torn, buffer.subarray(start, end)]);
          state.torn = [];
          const record = recordIn(line);
          if (record !== null) found.push({ whose: state.whose, record, isOld });
        }
        if (start < size) state.torn.push(Buffer.from(buffer.subarray(start, size)));
      }
      closeSync(file);
    }
    if (found.length > 0) onRecords(found);
  };
  poll(true);
  const timer = setInterval(() => poll(false), pollMs);
  return () => {
    clearInterval(timer);
    poll(false);
  };
}

function recordIn(line: Buffer): SampleRecord | null {
  try {
    const record = JSON.parse(line.toString('utf8')) as Partial<SampleRecord> | null;
    return typeof record?.task === 'string' && typeof record.sampleId === 'string'
      ? (record as SampleRecord)
      : null;
  } catch {
    return null;
  }
}
