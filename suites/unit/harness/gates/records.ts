/** Small runs for the specs of gates and registry: one task `quality/facts`, its records, its gates. */
import { parseGates, type Gates } from '../../../../harness/gates/gates-file.ts';
import { judge, type JudgeInput } from '../../../../harness/gates/judge.ts';
import type { GateResult, MetricSpec, RunTask, SampleRecord } from '../../../../reports/report-data.ts';

export function spec(
  metric: string,
  aggregate: MetricSpec['aggregate'],
  more: Partial<MetricSpec> = {},
): MetricSpec {
  return { metric, score: metric, aggregate, better: 'higher', signature: `${metric}|v1`, ...more };
}

export function task(planned: number, metrics: readonly MetricSpec[]): RunTask {
  return {
    suite: 'quality',
    task: 'facts',
    title: 'Facts',
    description: 'Asks for facts.',
    dataset: { name: 'facts', digest: 'sha256:d', size: planned },
    planned,
    metrics,
  };
}

export function record(index: number, more: Partial<SampleRecord> = {}): SampleRecord {
  return {
    suite: 'quality',
    task: 'facts',
    sampleId: `q${index}`,
    repeat: 0,
    cluster: `q${index}`,
    tags: [],
    input: { prompt: `question ${index}` },
    inputDigest: `sha256:${index}`,
    output: 'answer',
    references: [],
    scores: {},
    reasons: {},
    usage: null,
    timing: null,
    error: null,
    ...more,
  };
}

/** One record a score, each a cluster of its own unless `clusterSize` says otherwise. */
export function records(
  scores: readonly number[],
  { score = 'x', clusterSize = 1 }: { score?: string; clusterSize?: number } = {},
): SampleRecord[] {
  return scores.map((value, i) =>
    record(i, { scores: { [score]: value }, cluster: `c${Math.floor(i / clusterSize)}` }),
  );
}

export function failed(index: number): SampleRecord {
  return record(index, { output: null, error: { code: 'E_ENDPOINT', message: 'gone' } });
}

/** `zeros` zeros, then `ones` ones. */
export function binary(zeros: number, ones: number): number[] {
  return [...Array<number>(zeros).fill(0), ...Array<number>(ones).fill(1)];
}

export function gates(...rules: readonly string[]): Gates {
  const lines = rules.map((rule) => `  - { metric: ${rule} }`);
  return parseGates(`version: 1\ngates:\n${lines.join('\n')}\n`, 'gates.yaml');
}

/** A complete run of one metric `quality/facts.x`, without a baseline. */
export function run(
  scores: readonly number[],
  rules: readonly string[],
  more: Partial<JudgeInput> & { metric?: MetricSpec; clusterSize?: number } = {},
): JudgeInput {
  const { metric = spec('x', 'mean'), clusterSize = 1, ...rest } = more;
  return {
    gates: gates(...rules),
    tasks: [task(scores.length, [metric])],
    samples: records(scores, { clusterSize }),
    baselineSamples: null,
    baselineRequested: false,
    limit: null,
    ...rest,
  };
}

/** Records q0, q1, … without a score. */
export function undefinedScores(count: number): SampleRecord[] {
  return Array.from({ length: count }, (_, i) =>
    record(i, { scores: { x: null }, reasons: { x: 'no sentence' } }),
  );
}

/** The result of the first gate. */
export function gateOf(input: JudgeInput): GateResult {
  return judge(input).verdict.gates[0]!;
}

export const rate = spec('x', 'proportion');

export const lowRate = spec('x', 'proportion', { better: 'lower' });

/** `worse` pairs lose a point, `better` gain one, the rest are equal. */
export function against(
  worse: number,
  better: number,
  equal: number,
  margin: number,
  more: Partial<JudgeInput> = {},
) {
  const rules = [`quality/facts.x, notWorseThan: baseline, margin: ${margin}`];
  const scores = [...binary(worse, better), ...Array<number>(equal).fill(1)];
  const baseline = [...binary(0, worse), ...binary(better, 0), ...Array<number>(equal).fill(1)];
  return run(scores, rules, {
    metric: rate,
    baselineSamples: records(baseline),
    baselineRequested: true,
    ...more,
  });
}
