// @ts-check
/** Unpacks the samples that the page carries: the index at once, full records chunk by chunk when asked for; and reads
 *  those of a very large run from samples.jsonl, when its reader hands it over.
 *  Reads what `html/sample-archive.ts` writes; knows nothing of how samples are shown. */
import { FileSamples } from './file-samples.js';
import { termKey } from './query-language.js';
import { holdsText } from './sample-query.js';

/** @typedef {import('../report-data.ts').SampleRecord} SampleRecord
 *  @typedef {{ sample: SampleRecord, baseline: SampleRecord | null }} StoredSample
 *  @typedef {import('./query-language.js').TextTerm} TextTerm
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
  /** @type {FileSamples | null} */
  #file = null;

  /** @param {SampleIndex} index @param {string[]} packed texts of the chunks, in order */
  constructor(index, packed) {
    this.index = index;
    this.#packed = packed;
  }

  /** Rows whose full record is not at hand. */
  get missing() {
    return this.index.inside && !this.#file ? this.index.rows.length - this.index.inside.length : 0;
  }

  /** Takes what the page does not carry from files that lie beside it.
   *  @param {readonly File[]} files samples.jsonl, and baseline-samples.jsonl where there is one
   *  @throws Error in words a reader understands */
  async openFiles(files) {
    this.#file = await FileSamples.open(files, this.index);
  }

  /** The record, or null where it lies beside the page and nobody handed it over.
   *  @param {number} row @returns {Promise<StoredSample | null>} */
  async read(row) {
    const place = this.#placeOf(row);
    if (place < 0) return this.#file ? this.#file.read(row) : null;
    const chunk = this.#chunkOf(place);
    const records = await this.#open(chunk);
    const record = records[place - (this.index.chunks[chunk] ?? 0)];
    if (!record) throw new RangeError(`There is no sample ${row}.`);
    return record;
  }

  /** Rows that hold each of the texts, by `termKey`; null when given up because `isCurrent` says nobody waits for it.
   *  @param {readonly TextTerm[]} terms @param {() => boolean} isCurrent
   *  @returns {Promise<Map<string, Set<number>> | null>} */
  async search(terms, isCurrent) {
    /** @type {Map<string, Set<number>>} */
    const found = new Map(terms.map((term) => [termKey(term), new Set()]));
    /** @param {StoredSample} stored @param {number} row */
    const look = ({ sample, baseline }, row) => {
      for (const term of terms) {
        if (holdsText(sample, baseline?.output ?? null, term.text, term.part))
          found.get(termKey(term))?.add(row);
      }
    };
    for (const [chunk, first] of this.index.chunks.entries()) {
      const records = await this.#open(chunk);
      if (!isCurrent()) return null;
      records.forEach((stored, i) => look(stored, this.index.inside?.[first + i] ?? first + i));
    }
    if (this.#file && !(await this.#file.forEach(look, isCurrent))) return null;
    return found;
  }

  /** Place of a row among the records of the page; below zero where it is not there.
   *  @param {number} row */
  #placeOf(row) {
    const { inside } = this.index;
    if (!inside) return row;
    const place = lastAtOrBefore(inside, row);
    return inside[place] === row ? place : -1;
  }

  /** Number of the last chunk that begins at or before the place.
   *  @param {number} place */
  #chunkOf(place) {
    return Math.max(0, lastAtOrBefore(this.index.chunks, place));
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

/** Place of the last number in an ascending list that is not above `number`; −1 where there is none.
 *  @param {readonly number[]} list @param {number} number */
function lastAtOrBefore(list, number) {
  let low = -1;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((list[middle] ?? 0) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}
