// @ts-check
/** The file of a review: which run, who, when, the decision, and what was said of which sample; its digest covers all
 *  of that, so that a file changed later is known for one. Runs in the browser, which writes it, and in Node, where a
 *  promotion reads it. A digest is no proof of who wrote it: that is for the one who hands it in. */
import { sha256 } from './sha256.js';

/** @typedef {{ sample: string, verdict: 'accept' | 'reject' | null, marked: boolean, comment: string }} SampleReview
 *  @typedef {{ run: { id: string, digest: string }, reviewer: string, decision: 'accept' | 'reject' | null,
 *    signedAt: string | null, samples: SampleReview[] }} Review
 *    signedAt: null for a draft */

const KIND = 'harness-review';

/** The text of a review's file.
 *  @param {Review} review */
export function formatReview(review) {
  const content = canonical(review);
  return `${JSON.stringify({ ...content, digest: sha256(JSON.stringify(content)) }, null, 2)}\n`;
}

/** The review in a file's text.
 *  @param {string} text @returns {Review}
 *  @throws Error saying what is wrong with the file */
export function parseReview(text) {
  const value = readObject(text);
  if (value['kind'] !== KIND) throw new Error('it is no review saved from a report');
  if (value['version'] !== 1) throw new Error(`its version is ${String(value['version'])}, this reads 1`);
  const review = shaped(value);
  if (!review) throw new Error('it lacks parts of a review');
  if (value['digest'] !== sha256(JSON.stringify(canonical(review)))) {
    throw new Error('it was changed after it was saved: its digest is not that of its content');
  }
  return review;
}

/** @param {string} text @returns {Record<string, unknown>} */
function readObject(text) {
  try {
    const value = /** @type {unknown} */ (JSON.parse(text));
    if (value !== null && typeof value === 'object') return /** @type {Record<string, unknown>} */ (value);
  } catch {
    // Said below.
  }
  throw new Error('it is not JSON');
}

/** Always with the same keys in the same order. @param {Review} review */
function canonical({ run, reviewer, decision, signedAt, samples }) {
  return {
    kind: KIND,
    version: 1,
    run: { id: run.id, digest: run.digest },
    reviewer,
    decision,
    signedAt,
    samples: samples.map(({ sample, verdict, marked, comment }) => ({ sample, verdict, marked, comment })),
  };
}

/** @param {Record<string, unknown>} value @returns {Review | null} */
function shaped({ run, reviewer, decision, signedAt, samples }) {
  if (run === null || typeof run !== 'object' || !('id' in run) || !('digest' in run)) return null;
  if (typeof run.id !== 'string' || typeof run.digest !== 'string' || typeof reviewer !== 'string')
    return null;
  if (!isDecision(decision) || !(signedAt === null || typeof signedAt === 'string')) return null;
  if (!Array.isArray(samples)) return null;
  const reviewed = samples.map((each) => shapedSample(/** @type {unknown} */ (each)));
  if (!reviewed.every((each) => each !== null)) return null;
  return { run: { id: run.id, digest: run.digest }, reviewer, decision, signedAt, samples: reviewed };
}

/** @param {unknown} value @returns {SampleReview | null} */
function shapedSample(value) {
  if (value === null || typeof value !== 'object') return null;
  const { sample, verdict, marked, comment } = /** @type {Record<string, unknown>} */ (value);
  if (typeof sample !== 'string' || typeof marked !== 'boolean' || typeof comment !== 'string') return null;
  return isDecision(verdict) ? { sample, verdict, marked, comment } : null;
}

/** @param {unknown} value @returns {value is 'accept' | 'reject' | null} */
function isDecision(value) {
  return value === null || value === 'accept' || value === 'reject';
}
