import { expect, test } from '@playwright/test';
import { historyOf } from '../../../../harness/gates/history.ts';
import { renderHistory } from '../../../../reports/index.ts';
import type { MetricRow } from '../../../../reports/report-data.ts';
import { sampleReport } from '../sample-report.ts';

const data = sampleReport({ facts: 3, hostile: false });

/** A run of each value of one metric, a day apart. */
function runs(values: readonly number[], change: (row: MetricRow, i: number) => MetricRow = (row) => row) {
  const row = data.metrics.metrics.find(({ metric }) => metric === 'rougeL')!;
  return values.map((value, i) => ({
    run: { ...data.run, id: `run-${i}`, startedAt: new Date(Date.UTC(2026, 10, 1 + i)).toISOString() },
    metrics: {
      metrics: [change({ ...row, value, low: value - 0.02, high: value + 0.02 }, i)],
      baseline: null,
    },
    verdict: data.verdict,
  }));
}

const VALUES = [0.8, 0.81, 0.8, 0.79, 0.8, 0.7, 0.71, 0.7, 0.69];

test('a change of level is marked at its run, in words and in the picture', () => {
  const history = historyOf('runs', runs(VALUES).toReversed(), []);
  expect(history.runs.map(({ id }) => id)[0]).toBe('run-0');
  const page = renderHistory(history);
  expect(page).toContain('1 metric of 1 changed level over 9 runs: 1 worse.');
  expect(page).toMatch(/▼ worse: 0\.80\d* → 0\.70\d* from 2026-11-06 00:00 UTC, run-5/);
  expect(page).toContain('class="threshold"');
  // first and last day below an axis that begins close below the numbers
  expect(page).toMatch(/>2026-11-01<\/text>[\s\S]*>2026-11-09<\/text>/);
  expect(page).toContain('text-anchor="end">0.65</text>');
});

test('runs that computed a metric otherwise are left out of its series, and counted', () => {
  const history = historyOf(
    'runs',
    runs(VALUES, (row, i) => (i < 5 ? { ...row, signature: 'older' } : row)),
    [{ name: 'notes', reason: 'it is running' }],
  );
  expect(history.series[0]).toMatchObject({ leftOut: 5, changes: [] });
  const page = renderHistory(history);
  expect(page).toContain('5 runs left out');
  expect(page).toContain('passed over: it is running');
});

test('runs that could not reckon a metric are counted', () => {
  const history = historyOf(
    'runs',
    runs(VALUES, (row, i) => (i === 3 ? { ...row, value: null, low: null, high: null } : row)),
    [],
  );
  expect(history.series[0]).toMatchObject({ leftOut: 0, withoutValue: 1 });
  expect(renderHistory(history)).toContain('1 run without a value');
});

test('escapes what a user wrote', () => {
  const hostile = `"><img src=x onerror=alert(1)>\u202E`;
  const page = renderHistory(historyOf(hostile, runs(VALUES), [{ name: hostile, reason: hostile }]));
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\u202E');
});
