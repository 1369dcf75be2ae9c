import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { formatReview, parseReview } from '../../../../reports/app/review-file.js';
import { ReviewStore } from '../../../../reports/app/review-store.js';
import { sha256 } from '../../../../reports/app/sha256.js';

const RUN = { id: 'r1', digest: 'sha256:1' };

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => void kept.set(name, text) };
}

test('the digest is SHA-256 of any text, at every length of a block', () => {
  for (let length = 0; length < 200; length++) {
    const text = 'aé💥'.repeat(length).slice(0, length);
    const usual = text.replace(/[\uD800-\uDBFF]$/, '\uFFFD');
    expect(sha256(text), String(length)).toBe(`sha256:${createHash('sha256').update(usual).digest('hex')}`);
  }
});

test('a review survives its file, and no other text passes for one', () => {
  const review = {
    run: RUN,
    reviewer: 'Ada "the first" \u202E',
    decision: 'accept' as const,
    signedAt: '2026-11-22T19:00:00.000Z',
    samples: [{ sample: 'q/f/<x>', verdict: 'reject' as const, marked: true, comment: 'line\nline' }],
  };
  const text = formatReview(review);
  expect(parseReview(text)).toEqual(review);
  expect(() => parseReview(text.replace('line', 'fine'))).toThrow('was changed after it was saved');
  expect(() => parseReview(text.replace('"marked": true', '"marked": 1'))).toThrow('lacks parts of a review');
});

test('remarks are kept in the browser, counted, taken back, and come back from a file', () => {
  const kept = storage();
  const store = new ReviewStore(RUN, kept);
  store.reviewer = 'Ada';
  store.change('a', { verdict: 'accept' });
  store.change('b', { verdict: 'reject', comment: 'rude' });
  store.change('c', { marked: true });
  store.change('c', { marked: false });
  expect(store.counts).toEqual({ accepted: 1, rejected: 1, marked: 0, commented: 1 });
  expect(store.of('c')).toBeNull();

  const reopened = new ReviewStore(RUN, kept);
  expect(reopened.of('b')).toEqual({ verdict: 'reject', marked: false, comment: 'rude' });
  expect(reopened.reviewer).toBe('Ada');

  const elsewhere = new ReviewStore(RUN, null);
  elsewhere.change('a', { verdict: 'reject' });
  elsewhere.load(store.toFile(null));
  expect(elsewhere.of('a')!.verdict).toBe('accept');
  expect(new ReviewStore({ ...RUN, digest: 'sha256:2' }, kept).of('a')).toBeNull();
});

test('a review of another run is not loaded, and damage in the browser is as nothing', () => {
  const store = new ReviewStore(RUN, null);
  const other = new ReviewStore({ id: 'r2', digest: 'sha256:2' }, null);
  expect(() => store.load(other.toFile(null))).toThrow('it is of another run, r2; this is r1');
  const full: Pick<Storage, 'getItem' | 'setItem'> = {
    getItem: () => '{damaged',
    setItem: () => {
      throw new Error('full');
    },
  };
  const kept = new ReviewStore(RUN, full);
  kept.change('a', { verdict: 'accept' });
  expect(kept.of('a')!.verdict).toBe('accept');
});
