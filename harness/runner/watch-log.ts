/** Counts the lines of growing files: the truth about how far a run is. */
import { closeSync, openSync, readSync } from 'node:fs';

const pollMs = 200;

/** Calls `onCount` with the number of whole lines in all files together whenever it changed; returns a stop function. */
export function watchLineCount(paths: readonly string[], onCount: (lines: number) => void): () => void {
  const offsets = new Map<string, number>();
  const buffer = Buffer.alloc(1 << 16);
  let lines = 0;
  const poll = () => {
    const before = lines;
    for (const path of paths) {
      let file: number;
      try {
        file = openSync(path, 'r');
      } catch {
        continue; // not written yet
      }
      let offset = offsets.get(path) ?? 0;
      for (let size = 0; (size = readSync(file, buffer, 0, buffer.length, offset)) > 0; offset += size) {
        for (let i = 0; i < size; i++) if (buffer[i] === 0x0a) lines++;
      }
      offsets.set(path, offset);
      closeSync(file);
    }
    if (lines !== before) onCount(lines);
  };
  const timer = setInterval(poll, pollMs);
  return () => {
    clearInterval(timer);
    poll();
  };
}
