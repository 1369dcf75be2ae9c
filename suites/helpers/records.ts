/** Builders of plain data for specs: say what matters, the rest is ordinary. */
import type { SampleRecord } from '../../reports/report-data.ts';

export function sampleRecord(parts: Partial<SampleRecord>): SampleRecord {
  return {
    suite: 'quality',
    task: 'facts',
    sampleId: 'capital-france',
    repeat: 0,
    cluster: parts.sampleId ?? 'capital-france',
    tags: [],
    input: { prompt: 'What is the capital of France?' },
    inputDigest: 'sha256:00',
    output: 'The capital of France is Paris.',
    references: ['The capital of France is Paris.'],
    scores: {},
    reasons: {},
    usage: { promptTokens: 8, completionTokens: 8, totalTokens: 16 },
    timing: { startedAt: '2026-11-22T00:00:00.000Z', latencyMs: 12, ttftMs: 3 },
    error: null,
    ...parts,
  };
}
