// @ts-check
/** What a reviewer said of samples, kept in the browser until it is saved as a file.
 *  Knows reviews; knows nothing of the page. */
import { formatReview, parseReview } from './review-file.js';

/** @typedef {import('./sample-query.js').Remarks} Remarks
 *  @typedef {import('./review-file.js').Review} Review */

/** @type {Remarks} */
const NOTHING = { verdict: null, marked: false, comment: '' };

export class ReviewStore {
  /** @type {Map<string, Remarks>} */
  #remarks = new Map();
  reviewer = '';
  /** @type {'accept' | 'reject' | null} */
  decision = null;

  /** @param {{ id: string, digest: string }} run @param {Pick<Storage, 'getItem' | 'setItem'> | null} storage
   *    null where the browser keeps nothing */
  constructor(run, storage) {
    this.run = { id: run.id, digest: run.digest };
    this.storage = storage;
    const kept = this.#kept();
    if (kept) this.#take(kept);
  }

  /** @param {string} key @returns {Remarks | null} */
  of(key) {
    return this.#remarks.get(key) ?? null;
  }

  /** @param {string} key @param {Partial<Remarks>} change */
  change(key, change) {
    const next = { ...(this.of(key) ?? NOTHING), ...change };
    if (next.verdict === null && !next.marked && next.comment === '') this.#remarks.delete(key);
    else this.#remarks.set(key, next);
    this.keep();
  }

  /** How many samples have which remark. */
  get counts() {
    const all = [...this.#remarks.values()];
    return {
      accepted: all.filter(({ verdict }) => verdict === 'accept').length,
      rejected: all.filter(({ verdict }) => verdict === 'reject').length,
      marked: all.filter(({ marked }) => marked).length,
      commented: all.filter(({ comment }) => comment !== '').length,
    };
  }

  /** @param {string | null} signedAt null for a draft @returns {string} the file's text */
  toFile(signedAt) {
    return formatReview(this.#review(signedAt));
  }

  /** Adds what a file says, over what was said here of the same samples.
   *  @param {string} text @returns {Review}
   *  @throws Error saying why it does not count here */
  load(text) {
    const review = parseReview(text);
    if (review.run.digest !== this.run.digest) {
      throw new Error(`it is of another run, ${review.run.id}; this is ${this.run.id}`);
    }
    this.#take(review);
    this.keep();
    return review;
  }

  keep() {
    try {
      this.storage?.setItem(this.#name, formatReview(this.#review(null)));
    } catch {
      // A browser that is full or forbids it: the file can still be saved.
    }
  }

  get #name() {
    return `harness-review ${this.run.digest}`;
  }

  #kept() {
    try {
      const text = this.storage?.getItem(this.#name);
      return text ? parseReview(text) : null;
    } catch {
      return null;
    }
  }

  /** @param {Review} review */
  #take(review) {
    if (this.reviewer === '') this.reviewer = review.reviewer;
    this.decision ??= review.decision;
    for (const { sample, verdict, marked, comment } of review.samples) {
      this.#remarks.set(sample, { verdict, marked, comment });
    }
  }

  /** @param {string | null} signedAt @returns {Review} */
  #review(signedAt) {
    const samples = [...this.#remarks].map(([sample, remarks]) => ({ sample, ...remarks }));
    samples.sort((a, b) => (a.sample < b.sample ? -1 : 1));
    const { run, reviewer, decision } = this;
    return { run, reviewer: reviewer.trim(), decision, signedAt, samples };
  }
}
