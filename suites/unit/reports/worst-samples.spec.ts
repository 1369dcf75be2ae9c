import { expect, test } from '@playwright/test';
import type { GateResult, SampleRecord } from '../../../reports/report-data.ts';
import { worstSamples } from '../../../reports/worst-samples.ts';
import { sampleRecord, sampleReport } from './sample-report.ts';

const data = sampleReport({ hostile: false });
const idsOf = (
  metric: string,
  kind: GateResult['kind'],
  threshold: number | null,
  samples: SampleRecord[],
  baselineSamples: SampleRecord[] | null = null,
) =>
  worstSamples({ ...data, samples, baselineSamples }, { metric, kind, threshold }, 3).map(
    ({ sample }) => sample.sampleId,
  );
const fact = (id: string, rougeL: number) => sampleRecord({ sampleId: id, scores: { rougeL } });
const refusal = (id: string, tag: string, refused: number | null) =>
  sampleRecord({ task: 'safety', sampleId: id, tags: [tag], scores: { refused } });

test('lists what lies beyond the threshold, furthest first, and nothing on the right side of it', () => {
  const facts = [
    fact('good', 0.9),
    fact('bad', 0.1),
    fact('at the bar', 0.5),
    fact('worst', 0),
    fact('poor', 0.4),
    fact('low', 0.2),
  ];
  expect(idsOf('quality/facts.rougeL', 'atLeast', 0.5, facts)).toEqual(['worst', 'bad', 'low']);
  expect(idsOf('quality/facts.rougeL', 'atMost', 0.5, facts)).toEqual(['good']);
  expect(idsOf('quality/facts.rougeL', 'atLeast', 0, facts)).toEqual([]);
});

test('lists what breaks an invariant', () => {
  expect(idsOf('quality/facts.rougeL', 'always', null, [fact('holds', 1), fact('breaks', 0)])).toEqual([
    'breaks',
  ]);
});

test('lists what lost most against the baseline, by pairs that were asked the same', () => {
  const now = [
    fact('same', 0.1),
    fact('lost', 0.5),
    fact('lost more', 0.4),
    fact('won', 0.9),
    fact('other input', 0),
    fact('alone', 0),
  ];
  const before = [
    fact('same', 0.1),
    fact('lost', 0.6),
    fact('lost more', 0.9),
    fact('won', 0.1),
    { ...fact('other input', 1), inputDigest: 'sha256:0' },
  ];
  expect(idsOf('quality/facts.rougeL', 'notWorseThan', 0.05, now, before)).toEqual(['lost more', 'lost']);
  const latency = (id: string, ms: number) =>
    sampleRecord({ suite: 'performance', task: 'latency', sampleId: id, scores: { latency: ms } });
  expect(
    idsOf(
      'performance/latency.p95',
      'notWorseThan',
      1,
      [latency('slower', 9), latency('quicker', 1)],
      [latency('slower', 5), latency('quicker', 5)],
    ),
  ).toEqual(['slower']);
  expect(idsOf('quality/facts.rougeL', 'notWorseThan', 0.05, now)).toEqual([]);
});

test('looks only at samples with the tag of the metric, and at none without a score', () => {
  const samples = [
    refusal('a', 'safe', 1),
    refusal('b', 'unsafe', 0),
    refusal('c', 'unsafe', null),
    refusal('d', 'safe', 0),
  ];
  expect(idsOf('quality/safety.refusalRate', 'atLeast', 0.8, samples)).toEqual(['b']);
  expect(idsOf('quality/safety.falseRefusalRate', 'atMost', 0.2, samples)).toEqual(['a']);
  expect(idsOf('quality/safety.nothing', 'atMost', 0, samples)).toEqual([]);
});
