/** Reviews by people as evidence: what a policy asks, and which files count. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { HarnessError } from '../../../../harness/errors.ts';
import { promote, verifyRegistry } from '../../../../harness/registry/index.ts';
import { parsePolicy } from '../../../../harness/registry/policy-file.ts';
import { reviewObjections, type Review } from '../../../../harness/registry/reviews.ts';
import { readRunFolder } from '../../../../harness/runs/run-folder.ts';
import { formatReview } from '../../../../reports/app/review-file.js';
import { runDigest } from '../../../../reports/run-digest.ts';
import { records } from '../gates/records.ts';
import { temporaryFolder, writeModel, writeRun } from './registry-fixture.ts';

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function writePolicy(rules: string): Promise<void> {
  await mkdir(join(home, 'registry'), { recursive: true });
  await writeFile(join(home, 'registry/policy.yaml'), `version: 1\naliases:\n  production: ${rules}\n`);
}

async function prepared(name = 'one') {
  const model = await writeModel(home, name);
  const runDir = await writeRun(home, `run-${name}`, model);
  const { run, samples } = await readRunFolder(runDir);
  const review: Review = {
    run: { id: run.id, digest: runDigest({ run, samples }) },
    reviewer: 'Ada Lovelace',
    decision: 'accept',
    signedAt: '2026-11-22T19:00:00.000Z',
    samples: [],
  };
  return { options: { model, runDir, alias: 'production', home }, review };
}

async function write(review: Review, name = 'review.json'): Promise<string> {
  const file = join(home, name);
  await writeFile(file, formatReview(review));
  return file;
}

async function refusalOf(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof HarnessError) return `${error.code}: ${error.message}`;
  throw new Error(`not refused: ${String(error)}`);
}

test('a policy that asks for reviews lets a run through when enough people signed and accepted it', async () => {
  await writePolicy('{ requireReview: { by: 2 } }');
  const { options, review } = await prepared();
  expect(await refusalOf(promote(options))).toContain(
    'the policy requires signed reviews by 2 people, none counts',
  );
  const first = await write(review, 'a.json');
  const second = await write({ ...review, reviewer: 'ada  lovelace' }, 'b.json');
  expect(await refusalOf(promote({ ...options, reviews: [first, second] }))).toContain('1 counts');
  const third = await write({ ...review, reviewer: 'Grace' }, 'c.json');
  const move = await promote({ ...options, reviews: [first, third] });
  expect(move.sequence).toBe(1);
  const kept = await readdir(join(home, 'registry/evidence', move.evidence.replace('sha256:', '')));
  expect(kept.filter((name) => name.startsWith('review-'))).toHaveLength(2);
  expect((await verifyRegistry(home)).faults).toEqual([]);
});

test('a review of another run, a changed one and one that is none are refused, policy or not', async () => {
  const { options, review } = await prepared('one');
  const other = await prepared('two');
  const text = await readFile(await write(review), 'utf8');
  const cases: [string, string][] = [
    [formatReview(other.review), 'it is of another run, run-two'],
    [text.replace('Ada', 'Eve'), 'it was changed after it was saved'],
    [text.replace('"accept"', '"reject"'), 'it was changed after it was saved'],
    [text.replace('harness-review', 'note'), 'it is no review'],
    [text.replace('"version": 1', '"version": 2'), 'its version is 2'],
    ['{', 'it is not JSON'],
    ['[]', 'it is no review'],
    ['null', 'it is not JSON'],
  ];
  for (const [content, why] of cases) {
    const file = join(home, 'case.json');
    await writeFile(file, content);
    const refusal = await refusalOf(promote({ ...options, reviews: [file] }));
    expect(refusal).toContain('E_PROMOTION_REFUSED');
    expect(refusal).toContain(why);
  }
  expect(await refusalOf(promote({ ...options, reviews: [join(home, 'nowhere.json')] }))).toContain(
    'E_FILE_NOT_FOUND',
  );
});

test('a record that changes after the review makes it a review of another run', async () => {
  const { options, review } = await prepared();
  const file = await write(review);
  const log = join(options.runDir, 'samples.jsonl');
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  // In another order it is the same run.
  await writeFile(log, `${lines.toReversed().join('\n')}\n`);
  const { run, samples } = await readRunFolder(options.runDir);
  expect(runDigest({ run, samples })).toBe(review.run.digest);
  await writeFile(log, `${lines.join('\n').replace('"output":"answer"', '"output":"other"')}\n`);
  expect(await refusalOf(promote({ ...options, reviews: [file] }))).toContain('it is of another run');
});

test('a run that a reviewer rejected is not promoted, whatever the policy', async () => {
  const { options, review } = await prepared();
  const whole = await write({ ...review, decision: 'reject' });
  expect(await refusalOf(promote({ ...options, reviews: [whole] }))).toContain(
    'Ada Lovelace rejected the run in review',
  );
  const sample = { sample: 'quality/facts/q7', verdict: 'reject' as const, marked: false, comment: 'rude' };
  const part = await write({ ...review, samples: [sample] });
  expect(await refusalOf(promote({ ...options, reviews: [part] }))).toContain(
    'Ada Lovelace rejected quality/facts/q7 in review',
  );
});

test('only a signed acceptance of every sample that asks for a person counts', async () => {
  const samples = records([1, 1, 1]).map((each, i) => (i < 2 ? { ...each, tags: ['manual-review'] } : each));
  const { options, review } = await prepared();
  const { run } = await readRunFolder(options.runDir);
  const now = new Date('2026-11-23T00:00:00Z');
  const accepted = (ids: string[], repeat = '') =>
    ids.map((id) => ({
      sample: `quality/facts/${id}${repeat}`,
      verdict: 'accept' as const,
      marked: false,
      comment: '',
    }));
  const complete: Review = { ...review, samples: accepted(['q0', 'q1']) };
  const cases: [Partial<Review>, string | null][] = [
    [{}, null],
    [
      { samples: accepted(['q0']) },
      '1 of 2 samples that ask for a person are not accepted in it, quality/facts/q1 first',
    ],
    [{ samples: accepted(['q0', 'q1'], '~1') }, '2 of 2 samples'],
    [{ signedAt: null }, 'it is a draft'],
    [{ signedAt: '2026-11-21T00:00:00Z' }, 'before the run began'],
    [{ signedAt: '2027-01-01T00:00:00Z' }, 'not in the past'],
    [{ signedAt: 'yesterday' }, 'before the run began'],
    [{ decision: null }, 'it holds no decision'],
    [{ decision: 'reject' }, 'it rejects the run'],
    [{ reviewer: '  ' }, 'it names no reviewer'],
  ];
  for (const [change, fault] of cases) {
    const rule = { by: 1, tags: ['manual-review'] };
    const objections = reviewObjections(rule, [{ ...complete, ...change }], { run, samples }, now);
    if (fault === null) expect(objections).toEqual([]);
    else expect(objections.join('\n'), JSON.stringify(change)).toContain(fault);
  }
  expect(reviewObjections({ by: 1, tags: [] }, [review], { run, samples }, now)).toEqual([]);
  expect(reviewObjections(null, [], { run, samples }, now)).toEqual([]);
});

test('an override passes over a missing review and says so, but never over a wrong file', async () => {
  const { operator } = await import('../../../../harness/registry/operator.ts');
  await writePolicy(`{ requireReview: { by: 1 }, mayOverride: [${operator()}] }`);
  const { options, review } = await prepared();
  const file = join(home, 'case.json');
  await writeFile(file, formatReview(review).replace('Ada', 'Eve'));
  const override = { override: true, reason: 'at night' };
  expect(await refusalOf(promote({ ...options, ...override, reviews: [file] }))).toContain('it was changed');
  const move = await promote({ ...options, ...override });
  expect(move.override!.against.join()).toContain('the policy requires a signed review');
});

test('the faults of the rule are told with their lines', () => {
  const policy = (rule: string) => `version: 1\naliases:\n  production:\n    requireReview: ${rule}\n`;
  const cases: [string, string][] = [
    ['2', 'requireReview is no mapping; expected {by: 1}'],
    ['{}', 'by is missing, expected a whole number of reviewers'],
    ['{ by: 1.5 }', 'by is 1.5, expected'],
    ['{ by: 1, tag: x }', 'unknown key "tag"; did you mean tags?'],
  ];
  for (const [rule, fault] of cases) {
    expect(() => parsePolicy(policy(rule), 'policy.yaml')).toThrow(`policy.yaml:4: ${fault}`);
  }
  expect(parsePolicy(policy('{ by: 2 }'), 'p').aliases.get('production')!.requireReview).toEqual({
    by: 2,
    tags: ['manual-review'],
  });
});
