// @ts-check
/** Unpacks the samples that the page carries: the index at once, full records chunk by chunk when asked for.
 *  Reads what `html/sample-archive.ts` writes; knows nothing of how samples are shown. */
import { holdsText } from './sample-query.js';

/** @typedef {import('../report-data.ts').SampleRecord} SampleRecord
 *  @typedef {{ sample: SampleRecord, baseline: SampleRecord | null }} StoredSample
 *  @typedef {import('./sample-query.js').SampleIndex} SampleIndex */

/** Chunks kept unpacked: some 400,000 characters each. */
const KEPT_CHUNKS = 24;

/** The JSON in a base64 text of a zlib stream.
 *  @param {string} base64 @returns {Promise<unknown>} */
export async function unpack(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).json();
}

export class SampleStore {
  /** @type {string[]} */
  #packed;
  /** @type {Map<number, Promise<StoredSample[]>>} */
  #chunks = new Map();

  /** @param {SampleIndex} index @param {string[]} packed texts of the chunks, in order */
  constructor(index, packed) {
    this.index = index;
    this.#packed = packed;
  }

  /** @param {number} row @returns {Promise<StoredSample>} */
  async read(row) {
    const chunk = this.#chunkOf(row);
    const records = await this.#open(chunk);
    const record = records[row - (this.index.chunks[chunk] ?? 0)];
    if (!record) throw new RangeError(`There is no sample ${row}.`);
    return record;
  }

  /** Rows whose text holds the needle; null when given up because `isCurrent` says nobody waits for it any more.
   *  @param {string} needle @param {() => boolean} isCurrent @returns {Promise<Set<number> | null>} */
  async search(needle, isCurrent) {
    /** @type {Set<number>} */
    const found = new Set();
    for (const [chunk, first] of this.index.chunks.entries()) {
      const records = await this.#open(chunk);
      if (!isCurrent()) return null;
      records.forEach(({ sample, baseline }, i) => {
        if (holdsText(sample, baseline?.output ?? null, needle)) found.add(first + i);
      });
    }
    return found;
  }

  /** Number of the last chunk that begins at or before the row.
   *  @param {number} row */
  #chunkOf(row) {
    let low = 0;
    let high = this.index.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.index.chunks[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @param {number} chunk @returns {Promise<StoredSample[]>} */
  #open(chunk) {
    const kept = this.#chunks.get(chunk);
    const records = kept ?? /** @type {Promise<StoredSample[]>} */ (unpack(this.#packed[chunk] ?? ''));
    // The newest last: the first is the one to let go.
    this.#chunks.delete(chunk);
    this.#chunks.set(chunk, records);
    const oldest = this.#chunks.keys().next();
    if (this.#chunks.size > KEPT_CHUNKS && !oldest.done) this.#chunks.delete(oldest.value);
    return records;
  }
}
