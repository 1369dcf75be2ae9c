/** Memory: how much there is, and how fast it is copied. */
import { freemem, totalmem } from 'node:os';

export interface Memory {
  /** What this process may have in all: the machine's, or its container's limit where that is less. */
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export function readMemory(): Memory {
  // 0 or more than there is where nothing limits it.
  const limit = process.constrainedMemory() || Infinity;
  const used = process.memoryUsage.rss();
  return {
    totalBytes: Math.min(totalmem(), limit),
    freeBytes: Math.min(freemem(), limit - used),
  };
}

/** Bytes read and written each second when one thread copies 64 MiB: the best of seven. Takes about 0.3 s. */
export function copyBandwidth(): number {
  const from = new Float64Array(2 ** 23).fill(1);
  const to = new Float64Array(from.length);
  const seconds: number[] = [];
  for (let round = 0; round < 7; round++) {
    const startMs = performance.now();
    to.set(from);
    seconds.push((performance.now() - startMs) / 1000);
  }
  return (2 * from.byteLength) / Math.min(...seconds);
}
