import { expect, test } from '@playwright/test';
import { lookParts, secondLookSize } from '../../../../harness/runner/second-look.ts';
import type { MetricSpec } from '../../../../reports/report-data.ts';

test('reads a second look as samples, as a factor or as all of them', () => {
  const some = { limit: 40, repeats: 1 };
  const every = { limit: null, repeats: 2 };
  expect(secondLookSize('100', some)).toEqual({ limit: 100, repeats: 1 });
  expect(secondLookSize('3x', some)).toEqual({ limit: 120, repeats: 1 });
  expect(secondLookSize('all', some)).toEqual({ limit: null, repeats: 1 });
  // Where all samples are asked, each is asked more often.
  expect(secondLookSize('2x', every)).toEqual({ limit: null, repeats: 4 });
  const refused: [string, typeof some | typeof every, string][] = [
    ['40', some, 'the first takes 40 already'],
    ['1x', some, 'that is no more than the first'],
    ['many', some, 'that is no size'],
    ['all', every, 'without --limit the first look takes all samples already'],
    ['100', every, 'without --limit the first look takes all samples already'],
  ];
  for (const [asked, first, why] of refused) {
    expect(() => secondLookSize(asked, first), asked).toThrow(`A second look of ${asked}: ${why}`);
  }
});

test('counts what each look sees of a task and of its tags, and takes the smaller share of records and clusters', () => {
  const samples = Array.from({ length: 100 }, (_, i) => ({
    id: `s${i}`,
    prompt: 'p',
    cluster: `c${Math.floor(i / 4)}`,
    tags: i < 60 ? ['safe'] : [],
  }));
  const spec = (metric: string, tag?: string): MetricSpec => ({
    metric,
    score: 'x',
    aggregate: 'mean',
    better: 'higher',
    signature: 'x',
    ...(tag === undefined ? {} : { tag }),
  });
  const metrics = [spec('x'), spec('y', 'safe'), spec('z', 'safe')];
  const looks = { first: { limit: 50, repeats: 1 }, second: { limit: null, repeats: 1 } };
  const [whole, safe, ...rest] = lookParts('quality/facts', metrics, samples, looks, 0);
  expect(rest).toEqual([]);
  expect(whole).toMatchObject({ task: 'quality/facts', tag: null, first: 50, second: 100, fraction: 0.5 });
  expect(safe).toMatchObject({ tag: 'safe', second: 60, fraction: safe!.first / 60 });
  const repeated = { first: { limit: null, repeats: 1 }, second: { limit: null, repeats: 3 } };
  expect(lookParts('quality/facts', [spec('x')], samples, repeated, 0)).toEqual([
    { task: 'quality/facts', tag: null, first: 100, second: 300, fraction: 1 / 3 },
  ]);
});
