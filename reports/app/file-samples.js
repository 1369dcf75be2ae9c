// @ts-check
/** Records of a very large run, read from samples.jsonl where its reader chose it: places of the lines are kept, never
 *  the lines. Knows the log's format: the last line of a record stands, and a torn last line does not count. */
import { keyOf } from './sample-query.js';
import { snippet } from './visible-text.js';

/** @typedef {import('./sample-store.js').StoredSample} StoredSample
 *  @typedef {import('./sample-store.js').SampleRecord} SampleRecord
 *  @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {{ file: File, places: Map<string, { start: number, end: number }> }} Log */

const PIECE_BYTES = 1 << 24;

export class FileSamples {
  /** @param {SampleIndex} index @param {Log} samples @param {Log | null} baseline */
  constructor(index, samples, baseline) {
    this.index = index;
    this.samples = samples;
    this.baseline = baseline;
  }

  /** @param {readonly File[]} files @param {SampleIndex} index */
  static async open(files, index) {
    const own = files.find(({ name }) => !name.startsWith('baseline'));
    const baseline = files.find(({ name }) => name.startsWith('baseline'));
    if (!own) throw new Error('Choose samples.jsonl of this run; baseline-samples.jsonl may come with it.');
    const samples = { file: own, places: await placesOf(own) };
    const missing = index.rows.filter((row) => !samples.places.has(keyOf(index, row))).length;
    if (missing > 0) {
      throw new Error(
        `${own.name} lacks ${missing} of the ${index.rows.length} samples: is it of another run?`,
      );
    }
    return new FileSamples(
      index,
      samples,
      baseline ? { file: baseline, places: await placesOf(baseline) } : null,
    );
  }

  /** @param {number} row @returns {Promise<StoredSample>} */
  async read(row) {
    const indexed = this.index.rows[row];
    if (!indexed) throw new RangeError(`There is no sample ${row}.`);
    const key = keyOf(this.index, indexed);
    const sample = await recordAt(this.samples, key);
    if (!sample) throw new RangeError(`There is no sample ${key}.`);
    if (
      snippet(sample.output ?? '', indexed.output.length || 1).slice(0, 40) !== indexed.output.slice(0, 40)
    ) {
      throw new Error(`${this.samples.file.name} has another answer for ${key} than this report.`);
    }
    return { sample, baseline: this.baseline && (await recordAt(this.baseline, key)) };
  }

  /** Every record that the page does not carry itself; false where given up.
   *  @param {(stored: StoredSample, row: number) => void} look @param {() => boolean} isCurrent */
  async forEach(look, isCurrent) {
    const inside = new Set(this.index.inside ?? []);
    for (let row = 0; row < this.index.rows.length; row++) {
      if (inside.has(row)) continue;
      look(await this.read(row), row);
      if (!isCurrent()) return false;
    }
    return true;
  }
}

/** Where each record's line lies, by the key it has in an address.
 *  @param {File} file */
async function placesOf(file) {
  /** @type {Map<string, { start: number, end: number }>} */
  const places = new Map();
  const decoder = new TextDecoder();
  let rest = new Uint8Array(0);
  let at = 0;
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    const piece = new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const { suite, task, sampleId, repeat } = /** @type {SampleRecord} */ (
        JSON.parse(decoder.decode(bytes.subarray(start, end)))
      );
      const key = `${suite}/${task}/${sampleId}${repeat > 0 ? `~${repeat}` : ''}`;
      places.set(key, { start: at + start, end: at + end });
      start = end + 1;
    }
    at += start;
    rest = bytes.slice(start);
  }
  return places;
}

/** @param {Log} log @param {string} key @returns {Promise<SampleRecord | null>} */
async function recordAt({ file, places }, key) {
  const place = places.get(key);
  if (!place) return null;
  return /** @type {SampleRecord} */ (JSON.parse(await file.slice(place.start, place.end).text()));
}
