/** Finds a gate's metric among the metrics, tasks and samples of a run. */
import type { GateResult, MetricRow, MetricSpec, ReportData, RunTask, SampleRecord } from './report-data.ts';

export function fullName(row: Pick<MetricRow, 'suite' | 'task' | 'metric'>): string {
  return `${row.suite}/${row.task}.${row.metric}`;
}

/** `suite/task` of a metric's full name; the task's own name may hold no dot. */
export function taskOf(metric: string): string {
  const dot = metric.indexOf('.', metric.indexOf('/') + 1);
  return dot < 0 ? metric : metric.slice(0, dot);
}

/** What the run says about the metric of a gate; null where it has no such metric. */
export function specOf(
  data: Pick<ReportData, 'run'>,
  metric: string,
): { task: RunTask; spec: MetricSpec } | null {
  for (const task of data.run.tasks) {
    const spec = task.metrics.find((one) => `${task.suite}/${task.task}.${one.metric}` === metric);
    if (spec) return { task, spec };
  }
  return null;
}

/** The samples that pull a gate's metric furthest to the wrong side, worst first; those in error not among them,
 *  for they have no score. A metric that is neither better high nor low is worst towards the gate's forbidden side. */
export function worstSamples(
  data: ReportData,
  gate: Pick<GateResult, 'metric' | 'kind'>,
  count: number,
): { readonly sample: SampleRecord; readonly score: string; readonly value: number }[] {
  const found = specOf(data, gate.metric);
  if (!found) return [];
  const { task, spec } = found;
  const sign = isWorseHigh(spec, gate) ? -1 : 1;
  return data.samples
    .filter((sample) => sample.suite === task.suite && sample.task === task.task)
    .filter((sample) => spec.tag === undefined || sample.tags.includes(spec.tag))
    .flatMap((sample) => {
      const value = sample.scores[spec.score];
      return typeof value === 'number' ? [{ sample, score: spec.score, value }] : [];
    })
    .sort((a, b) => sign * (a.value - b.value))
    .slice(0, count);
}

/** Whether the samples to look at first are those with the highest score. */
export function isWorseHigh(spec: Pick<MetricSpec, 'better'>, gate: Pick<GateResult, 'kind'>): boolean {
  return spec.better === 'neither' ? gate.kind === 'atMost' : spec.better === 'lower';
}
