/** Finds a gate's metric among the metrics and tasks of a run. */
import type { MetricRow, MetricSpec, ReportData, RunTask } from './report-data.ts';

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
