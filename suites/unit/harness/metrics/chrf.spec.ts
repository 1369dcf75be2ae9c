import { expect, test } from '@playwright/test';
import {
  calculateChrf,
  chrfCounts,
  chrfFromCounts,
  chrfSignature,
  type ChrfOptions,
} from '../../../../harness/metrics/chrf.ts';
import { abstract, differences, goldenVectors } from './golden-vectors.ts';

interface Segment {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

const golden = goldenVectors<{
  readonly sentences: readonly (Segment & {
    readonly options: ChrfOptions;
    readonly score: number;
    readonly signature: string;
  })[];
  readonly corpora: readonly {
    readonly segments: readonly Segment[];
    readonly options: ChrfOptions;
    readonly score: number;
  }[];
}>('chrf');

test('agrees with sacrebleu on sentences, in score and signature', () => {
  const rows = golden.sentences.map((row) => ({
    what: `${JSON.stringify(row.options)} ${abstract(row)}`,
    ours: calculateChrf(row.hypothesis, row.references, row.options),
    theirs: row.score,
  }));
  expect(rows.length).toBeGreaterThan(200);
  expect(differences(rows, 1e-9)).toEqual([]);
  for (const row of golden.sentences) {
    expect(chrfSignature([row.references], row.options).replace(/\|beta:\d/, '')).toBe(
      `${row.signature}|harness:2`,
    );
  }
});

test('agrees with sacrebleu on corpora: counts add up, scores do not', () => {
  const rows = golden.corpora.map(({ segments, options, score }) => {
    const counts = segments.map((each) => chrfCounts(each.hypothesis, each.references, options));
    const sum = counts[0]!.map((_, at) => counts.reduce((total, each) => total + each[at]!, 0));
    return { what: abstract(segments[0]!), ours: chrfFromCounts(sum, options), theirs: score };
  });
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('counts code points, not UTF-16 units', () => {
  expect(chrfCounts('😀😀', '😀', { charOrder: 1 })).toEqual([2, 1, 1]);
});
