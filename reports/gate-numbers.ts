/** A gate's numbers as every reader sees them: terminal, report.html and report.md round alike. */
import { formatMeasure } from './app/format.js';
import { fullName } from './metric-names.ts';
import type { GateResult, ReportData } from './report-data.ts';

/** Where the threshold stands on the metric's own scale: for a comparison, the baseline less the margin. */
export function lineOf(data: Pick<ReportData, 'metrics'>, gate: GateResult): number | null {
  if (gate.kind !== 'notWorseThan') return gate.threshold;
  if (gate.baseline === null || gate.threshold === null) return null;
  const row = data.metrics.metrics.find((one) => fullName(one) === gate.metric);
  return row?.better === 'lower' ? gate.baseline + gate.threshold : gate.baseline - gate.threshold;
}

/** Value, interval and baseline, with as many digits as tell them from the threshold. */
export function formatGate(
  data: Pick<ReportData, 'metrics'>,
  gate: GateResult,
): ReturnType<typeof formatMeasure> {
  return formatMeasure({ ...gate, threshold: lineOf(data, gate) });
}
