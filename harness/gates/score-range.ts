import { unitRange } from '../stats/interval.ts';
import type { MetricSpec } from '../../reports/report-data.ts';

/** Bounds of a metric's scores: those it names, or [0, 1] where all of them lie there and have no unit (seconds, nats and
 *  words go on beyond 1); null where there are none. */
export function scoreRange(
  spec: MetricSpec,
  scores: readonly number[],
): readonly [low: number, high: number] | null {
  if (spec.range !== undefined) return spec.range;
  if (spec.aggregate === 'proportion') return [0, 1];
  return spec.unit === undefined ? unitRange(scores) : null;
}
