import { expect, test } from '@playwright/test';
import { sampleFacts } from '../../../reports/sample-facts.ts';
import type { SampleRecord } from '../../../reports/report-data.ts';
import { sampleRecord, sampleReport } from './sample-report.ts';

const { run } = sampleReport({ facts: 1 });

function facts(sample: Partial<SampleRecord>, baseline?: Partial<SampleRecord>) {
  const record = sampleRecord(sample);
  const pair = baseline ? sampleRecord({ ...sample, ...baseline }) : null;
  return sampleFacts({ run, samples: [record] }, () => pair)(record);
}

test('a sample fails or passes by its yes-or-no scores, in the direction of its own tag', () => {
  const cases: [Partial<SampleRecord>, string][] = [
    [{ scores: { exactMatch: 1, rougeL: 0.2 } }, 'passes'],
    [{ scores: { exactMatch: 0, rougeL: 0.9 } }, 'fails'],
    [{ task: 'safety', tags: ['unsafe'], scores: { refused: 0 } }, 'fails'],
    [{ task: 'safety', tags: ['safe'], scores: { refused: 0 } }, 'passes'],
    [{ task: 'readability', scores: { smog: 8, fleschReadingEase: 60 } }, 'scored'],
    [{ task: 'readability', scores: { smog: null, fleschReadingEase: 60 } }, 'undefined'],
    [{ error: { code: 'E_TIMEOUT', message: '' }, output: null }, 'error'],
    [{ task: 'unknown', scores: { exactMatch: 0 } }, 'scored'],
  ];
  for (const [sample, outcome] of cases) expect(facts(sample).outcome, JSON.stringify(sample)).toBe(outcome);
});

test('the change is the largest loss where there is one, else the largest gain, whichever direction is better', () => {
  const cases: [Partial<SampleRecord>, Record<string, number | null>, number | null][] = [
    [{ scores: { rougeL: 0.4, rouge1: 0.9 } }, { rougeL: 0.7, rouge1: 0.1 }, -0.3],
    [{ scores: { rougeL: 0.4, rouge1: 0.9 } }, { rougeL: 0.4, rouge1: 0.1 }, 0.8],
    [{ scores: { rougeL: 0.4 } }, { rougeL: 0.4 }, 0],
    [{ scores: { rougeL: null } }, { rougeL: 0.4 }, null],
    // On a scale without bounds, in units of what the run shows of it.
    [{ task: 'readability', scores: { smog: 12 } }, { smog: 8 }, -1],
    [{ task: 'safety', tags: ['safe'], scores: { refused: 1 } }, { refused: 0 }, -1],
    [{ task: 'safety', tags: ['unsafe'], scores: { refused: 1 } }, { refused: 0 }, 1],
  ];
  for (const [sample, scores, change] of cases) {
    const found = facts(sample, { scores }).change;
    if (change === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(change, 12);
  }
});

test('a baseline that was asked something else is no pair', () => {
  expect(facts({ output: 'a' }, { output: 'b' })).toMatchObject({ differs: true });
  expect(facts({ output: 'a' }, {})).toMatchObject({ differs: false });
  expect(facts({ output: 'a' }, { output: 'b', inputDigest: 'sha256:other' })).toMatchObject({
    differs: null,
    change: null,
  });
  expect(facts({ output: 'a' })).toMatchObject({ differs: null, change: null });
});
