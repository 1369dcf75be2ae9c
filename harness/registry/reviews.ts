/** Reviews by people, saved from a run's report, as evidence for a promotion: read, held to the very run, and against what
 *  a policy asks. A review says who wrote it; that it is true vouches who hands it in, and stays on record with it. */
import { readFile } from 'node:fs/promises';
import { parseReview, type Review } from '../../reports/app/review-file.js';
import { runDigest } from '../../reports/run-digest.ts';
import { HarnessError } from '../errors.ts';
import { digestOf } from '../runs/digest.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { CLOCK_SKEW_MS } from './policy.ts';
import type { ReviewRule } from './policy-keys.ts';

export type { Review };

export interface ReadReviews {
  readonly reviews: readonly Review[];
  /** Texts, by the name under which the evidence keeps them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** @throws HarnessError E_PROMOTION_REFUSED for a file that was changed, is of another run, or is no review;
 *  E_FILE_NOT_FOUND */
export async function readReviews(files: readonly string[], run: RunFolder): Promise<ReadReviews> {
  if (files.length === 0) return { reviews: [], texts: new Map() };
  const digest = runDigest(run);
  const texts = new Map<string, string>();
  const reviews: Review[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new HarnessError('E_FILE_NOT_FOUND', `The review ${file} cannot be read`, { cause });
    });
    const review = parse(file, text);
    if (review.run.digest !== digest) {
      refuse(
        file,
        `it is of another run, ${review.run.id} (${review.run.digest}); this is ${run.run.id} (${digest})`,
      );
    }
    const name = `review-${digestOf(text).slice('sha256:'.length, 'sha256:'.length + 12)}.json`;
    if (texts.has(name)) continue;
    texts.set(name, text);
    reviews.push(review);
  }
  return { reviews, texts };
}

function parse(file: string, text: string): Review {
  try {
    return parseReview(text);
  } catch (error) {
    return refuse(file, error instanceof Error ? error.message : String(error));
  }
}

function refuse(file: string, why: string): never {
  throw new HarnessError('E_PROMOTION_REFUSED', `Refused: the review ${file} does not count: ${why}`, {
    remedy: 'Save the review again from the report.html of this run.',
  });
}

/** A run that a reviewer rejected is not promoted, whether a policy asks for reviews or not. */
export function rejections(reviews: readonly Review[]): string[] {
  return reviews.flatMap(({ reviewer, decision, samples }) => {
    const who = reviewer || 'a reviewer without a name';
    const rejected = samples.filter(({ verdict }) => verdict === 'reject').map(({ sample }) => sample);
    if (decision === 'reject') return [`${who} rejected the run in review`];
    if (rejected.length === 0) return [];
    const more = rejected.length > 1 ? ` and ${rejected.length - 1} more` : '';
    return [`${who} rejected ${rejected[0]!}${more} in review`];
  });
}

/** In words what the reviews lack of what the rule asks; none where it asks nothing. */
export function reviewObjections(
  rule: ReviewRule | null,
  reviews: readonly Review[],
  { run, samples }: Pick<RunFolder, 'run' | 'samples'>,
  now: Date,
): string[] {
  if (rule === null) return [];
  const due = samples
    .filter(({ tags }) => tags.some((tag) => rule.tags.includes(tag)))
    .map(
      ({ suite, task, sampleId, repeat }) => `${suite}/${task}/${sampleId}${repeat > 0 ? `~${repeat}` : ''}`,
    );
  const faults = reviews.map((review) => ({ review, fault: faultOf(review, due, run.startedAt, now) }));
  const counted = new Set(
    faults.filter(({ fault }) => fault === null).map(({ review }) => nameOf(review.reviewer)),
  );
  if (counted.size >= rule.by) return [];
  const asked = `the policy requires ${rule.by === 1 ? 'a signed review' : `signed reviews by ${rule.by} people`}`;
  const why = faults.flatMap(({ review, fault }) =>
    fault === null ? [] : [`that by ${review.reviewer || 'nobody named'} does not count: ${fault}`],
  );
  return [[`${asked}, ${counted.size === 0 ? 'none counts' : `${counted.size} counts`}`, ...why].join('; ')];
}

/** Two spellings of one name are one reviewer. */
function nameOf(reviewer: string): string {
  return reviewer.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** Why a review does not count; null where it does. */
function faultOf(review: Review, due: readonly string[], startedAt: string, now: Date): string | null {
  const { reviewer, decision, signedAt, samples } = review;
  if (nameOf(reviewer) === '') return 'it names no reviewer';
  if (signedAt === null) return 'it is a draft, not signed';
  const at = Date.parse(signedAt);
  if (!(at >= Date.parse(startedAt) - CLOCK_SKEW_MS))
    return `it was signed at ${signedAt}, before the run began`;
  if (at > now.getTime() + CLOCK_SKEW_MS) return `it was signed at ${signedAt}, which is not in the past`;
  if (decision !== 'accept') return decision === null ? 'it holds no decision' : 'it rejects the run';
  const accepted = new Set(samples.filter(({ verdict }) => verdict === 'accept').map(({ sample }) => sample));
  const open = due.filter((key) => !accepted.has(key));
  if (open.length === 0) return null;
  return `${open.length} of ${due.length} samples that ask for a person are not accepted in it, ${open[0]!} first`;
}
