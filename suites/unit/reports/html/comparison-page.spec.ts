import { expect, test } from '@playwright/test';
import type { ComparisonData, MetricComparison } from '../../../../reports/comparison-data.ts';
import { renderComparison } from '../../../../reports/index.ts';
import { sampleComparison } from '../sample-comparison.ts';

const text = (page: string) =>
  page.replace(/<script[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>|<[^>]+>/g, '').replace(/\s+/g, ' ');

test('begins with what changed, in words and by a sign', () => {
  const page = renderComparison(sampleComparison());
  expect(page).toContain('<h1 id="verdict" class="worse">');
  expect(text(page)).toContain(
    '▼ Against tiny-chat@3, tiny-chat is worse on 2 of 3 metrics; 1 not compared.',
  );
  expect(text(page)).toContain('▼ 2 worse');
});

test('shows of each metric both values, the difference with its interval, and the evidence; the worst first', () => {
  const data = sampleComparison();
  const rows = [...renderComparison(data).matchAll(/<tr role="row" class="([\w-]+)">([\s\S]*?)<\/tr>/g)];
  expect(rows.map(([, conclusion]) => conclusion)).toEqual([
    'worse',
    'worse',
    'no-difference',
    'not-compared',
  ]);
  expect(text(rows[0]![2]!)).toContain('quality/facts.rougeL');
  expect(text(rows[0]![2]!)).toContain('0.830 → 0.760');
  expect(text(rows[0]![2]!)).toContain('−0.070 [−0.094, −0.046]');
  expect(text(rows[0]![2]!)).toContain('81 of 200 pairs worse');
});

test('says what besides the model differs, what has no partner, and which folder was changed', () => {
  const data = sampleComparison();
  const shown = text(
    renderComparison({
      ...data,
      setup: [{ what: 'seed', baseline: '7', model: '8' }],
      unpaired: 12,
      model: { ...data.model, contradiction: 'the outcome is pass, not fail' },
    }),
  );
  for (const words of [
    'More than the model differs',
    'seed 7 → 8',
    '12 records of one run were not asked in the other',
    'Changed after it was judged',
    'npx harness compare',
  ]) {
    expect(shown).toContain(words);
  }
});

test('escapes what a user or a model wrote wherever it stands', () => {
  const hostile = `"><img src=x onerror=alert(1)>\u202E`;
  const data = sampleComparison();
  const metrics = data.metrics.map((row): MetricComparison => ({
    ...row,
    suite: hostile,
    task: hostile,
    metric: hostile,
    unit: hostile,
    reason: hostile,
  }));
  const attacked: ComparisonData = {
    ...data,
    sentence: hostile,
    metrics,
    setup: [{ what: hostile, baseline: hostile, model: hostile }],
    model: { ...data.model, dir: hostile, contradiction: hostile },
    baseline: { ...data.baseline, run: { ...data.baseline.run, id: hostile, command: [hostile] } },
  };
  const page = renderComparison(attacked);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\u202E');
});
