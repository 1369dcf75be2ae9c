import { expect, test } from '@playwright/test';
import { renderComparisonText } from '../../../../harness/cli/render-comparison.ts';
import { sampleComparison } from '../../reports/sample-comparison.ts';

const screen = (columns: number | null) => ({
  isTTY: columns !== null,
  ...(columns !== null && { columns }),
  write: () => undefined,
});

test('says the sentence first, what got worse next, each difference with its interval, the page last', () => {
  const data = sampleComparison();
  const lines = renderComparisonText(data, `${process.cwd()}/comparison.html`, screen(null)).split('\n');
  expect(lines[0]).toBe(data.sentence);
  expect(lines[2]).toBe('▼ worse: 2');
  expect(lines[3]).toMatch(/^ {2}quality\/facts\.rougeL .*0\.830 → 0\.760/);
  expect(lines[3]).toContain('−0.070 [−0.094, −0.046]');
  expect(lines[3]).toMatch(/p < 0\.001 +n=200$/);
  expect(lines.slice(5, 7)).toEqual(['', '= no clear difference: 1']);
  expect(lines.slice(-2)).toEqual(['Page     comparison.html', '']);
  expect(lines).toContain('– quality/facts.p95 was not compared: a p95 is not compared pair by pair');
});

test('warns of what else differs and of records without a partner', () => {
  const setup = [{ what: 'seed', baseline: '1', model: '2' }];
  const text = renderComparisonText({ ...sampleComparison(), setup, unpaired: 4 }, '/p', screen(null));
  expect(text).toContain('! seed differs: 1 in the baseline, 2 here');
  expect(text).toContain('! 4 records have no partner');
});

for (const columns of [60, 80, 120, 200]) {
  test(`fits into ${columns} columns`, () => {
    const text = renderComparisonText(sampleComparison(), '/p', screen(columns));
    for (const line of text.split('\n')) expect(Array.from(line).length, line).toBeLessThanOrEqual(columns);
  });
}
