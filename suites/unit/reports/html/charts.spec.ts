import { expect, test } from '@playwright/test';
import { insightsOf } from '../../../../harness/runner/insights.ts';
import { histogram } from '../../../../reports/html/histogram.ts';
import { lineChart } from '../../../../reports/html/line-chart.ts';
import { renderHtml } from '../../../../reports/index.ts';
import { sampleRecord, sampleReport } from '../sample-report.ts';

const heights = (source: string) =>
  [...source.match(/class="bars" d="([^"]*)"/)![1]!.matchAll(/V([\d.]+)H/g)].map(([, y]) => 56 - Number(y));

test('bars are as high as their share of the values, the outline the baseline’s', () => {
  const { source } = histogram({
    values: [0.1, 0.1, 0.1, 0.9],
    baseline: [0.1, 0.9, 0.9, 0.9],
    axis: 'unit',
    unit: null,
  })!;
  const [low, high] = heights(source);
  expect(low! / high!).toBeCloseTo(3, 1);
  expect(source).toContain('class="outline"');
  expect(source).toContain('Distribution of 4 values: 0.100 to 0.900');
  expect(source).toContain('; baseline 0.100 to 0.900');
});

test('nothing is drawn of values that are all alike, or of none', () => {
  expect(histogram({ values: [3, 3, 3], baseline: null, axis: 'own', unit: null })).toBeNull();
  expect(histogram({ values: [], baseline: [1, 2], axis: 'own', unit: null })).toBeNull();
  expect(lineChart({ label: '', lines: [{ points: [[1, 1]], kind: 'model' }] })).toBeNull();
});

test('a line goes through its points, from end to end of its axes', () => {
  const { source } = lineChart({
    label: 'loss',
    lines: [
      {
        points: [
          [0, 4],
          [50, 2],
          [100, 0],
        ],
        kind: 'model',
      },
    ],
  })!;
  expect(source).toContain('d="M40 8L164 64L288 120"');
});

test('metrics by tag are those of the samples with the tag, with the baseline’s beside them', () => {
  const data = sampleReport({ facts: 3, hostile: false });
  const tagged = (tag: string, right: number, of: number) =>
    Array.from({ length: of }, (_, i) =>
      sampleRecord({ sampleId: `${tag}${i}`, tags: [tag], scores: { exactMatch: i < right ? 1 : 0 } }),
    );
  const samples = [...tagged('a', 9, 10), ...tagged('b', 2, 10), ...tagged('rare', 1, 2)];
  const baselineSamples = [...tagged('a', 5, 10), ...tagged('b', 5, 10), ...tagged('rare', 1, 2)];
  const groups = insightsOf({ ...data, samples, baselineSamples }).groups!.filter(
    ({ metric }) => metric === 'exactMatch',
  );
  expect(groups.map(({ tag, value, n, baseline }) => ({ tag, value, n, baseline }))).toEqual([
    { tag: 'a', value: 0.9, n: 10, baseline: 0.5 },
    { tag: 'b', value: 0.2, n: 10, baseline: 0.5 },
  ]);
  expect(groups[0]!.low).toBeGreaterThan(groups[1]!.high!);
  const page = renderHtml({ ...data, samples, groups });
  expect(page).toContain('By group: 2 tags');
  // A screen reader hears what the line of a group's picture is: no threshold.
  expect(page).toContain('aria-label="0.90, interval [0.60, 1.00], all samples 0.667, baseline 0.500, axis');
});

test('calibration is drawn where answers state a confidence', () => {
  const data = sampleReport({ facts: 3, hostile: false });
  const samples = Array.from({ length: 100 }, (_, i) =>
    sampleRecord({ sampleId: `s${i}`, scores: { confidence: i < 50 ? 0.95 : 0.55, exactMatch: i % 2 } }),
  );
  const { calibrations } = insightsOf({ ...data, samples, baselineSamples: null });
  expect(calibrations).toHaveLength(1);
  expect(calibrations![0]!.error).toBeCloseTo(0.25, 12);
  expect(renderHtml({ ...data, samples, calibrations: calibrations! })).toContain(
    'expected calibration error 0.250',
  );
  expect(insightsOf(data).calibrations).toEqual([]);
});

test('names of marks that stand close go below each other', () => {
  const { source } = lineChart({
    label: '',
    lines: [
      {
        points: [
          [0, 0],
          [100, 1],
        ],
        kind: 'model',
      },
    ],
    marks: [
      { at: 50, name: 'p50' },
      { at: 51, name: 'p95' },
      { at: 80, name: 'p99' },
    ],
  })!;
  expect(
    [...source.matchAll(/y="(\d+)" text-anchor="start">(p\d+)/g)].map(([, y, name]) => `${name} ${y}`),
  ).toEqual(['p50 16', 'p95 28', 'p99 16']);
});
