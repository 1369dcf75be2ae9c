import { expect, test } from '@playwright/test';
import { fullName, specOf, taskOf } from '../../../reports/metric-names.ts';
import { sampleReport } from './sample-report.ts';

test('finds the task in the name of a metric', () => {
  expect(taskOf('quality/facts.rougeL.precision')).toBe('quality/facts');
  expect(taskOf('nonsense')).toBe('nonsense');
});

test('finds the specification of every metric a run has, and none of another', () => {
  const data = sampleReport({ facts: 1 });
  for (const row of data.metrics.metrics) expect(specOf(data, fullName(row))?.spec.metric).toBe(row.metric);
  expect(specOf(data, 'quality/facts.nothing')).toBeNull();
});
