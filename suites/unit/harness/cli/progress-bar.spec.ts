import { expect, test } from '@playwright/test';
import { clock, renderProgress } from '../../../../harness/cli/progress-bar.ts';

test('shows what is done of what was planned and the time left at the pace so far', () => {
  expect(renderProgress('evaluating', { done: 500, planned: 2000, elapsedMs: 10_000 }, 100)).toBe(
    'evaluating ██████░░░░░░░░░░░░░░░░░░ 500/2,000  25% · 0:30 left',
  );
});

test('promises nothing at the start and nothing at the end', () => {
  expect(renderProgress('evaluating', { done: 0, planned: 10, elapsedMs: 5 }, 100)).not.toContain('left');
  expect(renderProgress('evaluating', { done: 10, planned: 10, elapsedMs: 5 }, 100)).toMatch(/100%$/);
  expect(renderProgress('evaluating', { done: 0, planned: 0, elapsedMs: 5 }, 100)).toContain('0/0  0%');
});

test('never says 100% before the last sample', () => {
  expect(renderProgress('x', { done: 9_999, planned: 10_000, elapsedMs: 5 }, 100)).toContain(' 99%');
});

test('stays within the terminal', () => {
  expect(renderProgress('evaluating', { done: 5, planned: 10, elapsedMs: 5 }, 30)).toHaveLength(30);
});

test('writes minutes and hours', () => {
  expect([clock(900), clock(61_000), clock(3_600_000), clock(3_725_000)]).toEqual([
    '0:01',
    '1:01',
    '1:00:00',
    '1:02:05',
  ]);
});
