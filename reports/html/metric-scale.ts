/** The axis that a metric is drawn on. */
import { specOf } from '../metric-names.ts';
import type { ReportData } from '../report-data.ts';
import type { AxisKind } from './interval-plot.ts';

export function axisKind(data: ReportData, metric: string): AxisKind {
  return onUnitScale(data, metric) ? 'unit' : 'own';
}

/** Whether a metric lives on [0, 1]: by how it is made where that says so; else by its scores, a unit or anything outside [0, 1] being against it. */
function onUnitScale(data: ReportData, metric: string): boolean {
  const found = specOf(data, metric);
  if (!found) return true;
  const { task, spec } = found;
  if (spec.aggregate === 'proportion') return true;
  if (spec.unit !== undefined || spec.aggregate === 'sum') return false;
  return data.samples.every((sample) => {
    if (sample.suite !== task.suite || sample.task !== task.task) return true;
    const score = sample.scores[spec.score];
    return typeof score !== 'number' || (score >= 0 && score <= 1);
  });
}
