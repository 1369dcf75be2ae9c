/** Whether a threshold would hold if rare scores of the worst kind had gone unseen (stats/unseen.ts): a mean of graded scores
 *  on a scale with bounds. Proportions reckon with it in their interval. */
import { groupByCluster } from '../stats/interval.ts';
import { pWithUnseen } from '../stats/unseen.ts';
import type { Summary } from './aggregate.ts';
import { scoreRange } from './score-range.ts';

export interface Claim {
  /** 1: the mean lies above the threshold; −1: below. */
  readonly side: 1 | -1;
  readonly threshold: number;
}

/** One-sided p of the claim in a sample `times` as large whose mean lies higher by `shift`; 0 where nothing is to be reckoned with:
 *  a proportion, a quantile, a scale without bounds. */
export function unseenTest(
  { spec, scored, scores, effectiveN }: Summary,
  { side, threshold }: Claim,
): (times?: number, shift?: number) => number {
  const range = spec.aggregate === 'mean' && effectiveN === null ? scoreRange(spec, scores) : null;
  if (range === null) return () => 0;
  const groups = groupByCluster(
    scores,
    scored.map(({ cluster }) => cluster),
  );
  const worst = range[side === 1 ? 0 : 1];
  return (times = 1, shift = 0) => pWithUnseen(groups, { side, tested: threshold, worst, times, shift });
}
