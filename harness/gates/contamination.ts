/** Contamination as a metric: `suite/task.contaminated` counts the samples that stand in the model's training data, so that
 *  a gate can hold it at 0. A count of what was asked, not an estimate: it has no interval. */
import type { MetricSpec, RunInfo, RunTask, SampleRecord } from '../../reports/report-data.ts';

const SCORE = 'contaminated';

const spec: MetricSpec = {
  metric: 'contaminated',
  score: SCORE,
  aggregate: 'sum',
  better: 'lower',
  unit: 'samples',
  signature: 'samples in training data|canary,13-gram,same-text',
};

/** The task with its count, where the run looked into training data. Data that could not be read leave it out: nobody knows
 *  the count then, and a gate on it fails closed. */
export function withContaminationMetric(task: RunTask, overlap: RunInfo['trainingOverlap'] | null): RunTask {
  if (!overlap || overlap.unread !== undefined) return task;
  return { ...task, metrics: [...task.metrics, spec] };
}

/** The records with what is known of their samples. */
export function withContamination(
  records: readonly SampleRecord[],
  overlap: RunInfo['trainingOverlap'],
): readonly SampleRecord[] {
  if (!overlap?.sampleIds || overlap.unread !== undefined) return records;
  const known = new Map(Object.entries(overlap.sampleIds).map(([task, ids]) => [task, new Set(ids)]));
  return records.map((record) => {
    const found = known.get(`${record.suite}/${record.task}`)?.has(record.sampleId) ?? false;
    return { ...record, scores: { ...record.scores, [SCORE]: found ? 1 : 0 } };
  });
}
