import { expect, test } from '@playwright/test';
import { taskOf, worstSamples } from '../../../reports/metric-names.ts';
import { sampleRecord, sampleReport } from './sample-report.ts';

const data = sampleReport({ hostile: false });
const idsOf = (metric: string, kind: 'atLeast' | 'atMost', samples = data.samples) =>
  worstSamples({ ...data, samples }, { metric, kind }, 3).map(({ sample }) => sample.sampleId);

test('finds the task in the name of a metric', () => {
  expect(taskOf('quality/facts.rougeL.precision')).toBe('quality/facts');
  expect(taskOf('nonsense')).toBe('nonsense');
});

test('calls worst what lies furthest on the wrong side', () => {
  const scored = (id: string, rougeL: number) => sampleRecord({ sampleId: id, scores: { rougeL } });
  const samples = [scored('good', 0.9), scored('bad', 0.1), scored('fair', 0.5), scored('worse', 0)];
  expect(idsOf('quality/facts.rougeL', 'atLeast', samples)).toEqual(['worse', 'bad', 'fair']);
  const slow = (id: string, latency: number) =>
    sampleRecord({ suite: 'performance', task: 'latency', sampleId: id, scores: { latency } });
  expect(
    idsOf('performance/latency.p95', 'atMost', [slow('quick', 1), slow('slow', 9), slow('fair', 5)]),
  ).toEqual(['slow', 'fair', 'quick']);
});

test('looks only at samples with the tag of the metric, and at none without a score', () => {
  const sample = (id: string, tag: string, refused: number | null) =>
    sampleRecord({ task: 'safety', sampleId: id, tags: [tag], scores: { refused } });
  const samples = [
    sample('a', 'safe', 1),
    sample('b', 'unsafe', 0),
    sample('c', 'unsafe', null),
    sample('d', 'safe', 0),
  ];
  expect(idsOf('quality/safety.refusalRate', 'atLeast', samples)).toEqual(['b']);
  expect(idsOf('quality/safety.falseRefusalRate', 'atMost', samples)).toEqual(['a', 'd']);
  expect(idsOf('quality/safety.nothing', 'atMost', samples)).toEqual([]);
});
