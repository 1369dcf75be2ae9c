/** What a sample may have missed, on a scale with bounds: a test of a mean that errs in no more than its level whatever the
 *  distribution on the scale, so that a few answers which collapse are reckoned with before one of them is seen.
 *
 *  Gaffke's bound (Learned-Miller & Thomas 2019, arXiv:1905.06208): to the sample comes one observation at the worst end of
 *  the scale, and all weights of the observations are as likely as another (uniform Dirichlet). p is the share of weights
 *  under which the mean lies on the wrong side. Of 0/1 scores that is Clopper and Pearson's test; of n equal scores
 *  (1 − distance / reach)ⁿ. That it never errs more often is proven for two values and conjectured for all; no
 *  counter-example is known, and CALIBRATION.md shows none. What it costs beside Student's t, a share of 1 / n of the
 *  scale, vanishes faster than t's own width. An interval of stated coverage cannot be as wide as this test needs where
 *  nothing was missed: it decides beside the interval. */
import { normalCdf } from './distributions.ts';
import { sum } from './interval.ts';

/** The claim that a mean lies above `tested` (side 1) or below it (−1). */
export interface UnseenClaim {
  readonly side: 1 | -1;
  readonly tested: number;
  /** The end of the scale that makes the claim wrong. */
  readonly worst: number;
  /** p of a sample that is so many times as large, every value as often; default 1. */
  readonly times?: number;
  /** And whose values are all higher by this; default 0. */
  readonly shift?: number;
}

/** One-sided p of the claim.
 *  @param groups observations by cluster: whole clusters go unseen */
export function pWithUnseen(
  groups: readonly (readonly number[])[],
  { side, tested, worst, times = 1, shift = 0 }: UnseenClaim,
): number {
  const sizes = groups.map((group) => group.length);
  const sizeOfSamples = sum(sizes.map((size) => size ** 2)) / sum(sizes);
  const points = groups.map((group) => ({
    at: side * sum(group.map((value) => value + shift - tested)),
    weight: times,
  }));
  return shareBelowZero([...points, { at: side * (worst - tested) * sizeOfSamples, weight: 1 }]);
}

/** What a planner knows of clusters' sums. */
export interface UnseenDesign {
  readonly clusters: number;
  readonly deviation: number;
  /** Σ S² / Σ |S| of what they differ by. */
  readonly size: number;
  /** Negative for a long tail on the worst side. */
  readonly skewness: number;
  /** How far the worst a cluster can be lies from the tested one. */
  readonly reach: number;
  /** One-sided level. */
  readonly alpha: number;
}

/** How far a usual sample's mean of clusters' sums has to lie from the tested one for p to be `alpha`. */
export function distanceWithUnseen({
  clusters,
  deviation,
  size,
  skewness,
  reach,
  alpha,
}: UnseenDesign): number {
  const points = threePoints(deviation, size, skewness);
  const p = (distance: number): number =>
    shareBelowZero([
      ...points.map(({ at, weight }) => ({ at: at + distance, weight: weight * clusters })),
      { at: -reach, weight: 1 },
    ]);
  let [low, high] = [0, reach];
  while (p(high) > alpha) [low, high] = [high, 2 * high];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (p(middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

interface Point {
  readonly at: number;
  /** How many there are; need not be whole. */
  readonly weight: number;
}

/** The distribution on −a, 0 and b of this deviation, Σ x² / Σ |x| and skewness; without 0 where there is none. */
function threePoints(deviation: number, size: number, skewness: number): Point[] {
  const lean = (skewness * deviation) / 2;
  if (deviation === 0) return [{ at: 0, weight: 1 }];
  const middle = Math.max(size, Math.hypot(deviation, lean));
  const [below, above] = [middle - lean, middle + lean];
  const share = deviation ** 2 / (below * above);
  return [
    { at: -below, weight: (share * above) / (below + above) },
    { at: above, weight: (share * below) / (below + above) },
    ...(share < 1 ? [{ at: 0, weight: 1 - share }] : []),
  ];
}

/** P(Σ E · at <= 0) of independent exponential E, `weight` of them at each point: by the saddlepoint of Lugannani & Rice (1980,
 *  Adv. Appl. Prob. 12:475), within 2% of a small p, and never below it. */
function shareBelowZero(points: readonly Point[]): number {
  const least = points.reduce((low, { at }) => Math.min(low, at), 0);
  const most = points.reduce((high, { at }) => Math.max(high, at), 0);
  if (most === 0) return 1;
  if (least === 0) return 0;
  const saddle = saddleOf(points, 1 / least, 1 / most);
  let [exponent, second, third] = [0, 0, 0];
  for (const { at, weight } of points) {
    const ratio = at / (1 - saddle * at);
    exponent -= weight * Math.log1p(-saddle * at);
    second += weight * ratio ** 2;
    third += 2 * weight * ratio ** 3;
  }
  const signed = Math.sign(saddle) * Math.sqrt(Math.max(0, -2 * exponent));
  // At the mean itself both terms are infinite; their difference is this.
  if (Math.abs(signed) < 1e-3) return 0.5 + third / second ** 1.5 / (6 * Math.sqrt(2 * Math.PI));
  const density = Math.exp(-0.5 * signed ** 2) / Math.sqrt(2 * Math.PI);
  return normalCdf(signed) + density * (1 / signed - 1 / (saddle * Math.sqrt(second)));
}

/** Where the cumulant generating function −Σ weight · ln(1 − s · at) is least, in (low, high): Newton, halved where it leaves
 *  them. */
function saddleOf(points: readonly Point[], low: number, high: number): number {
  let [s, from, to] = [0, low, high];
  for (let step = 0; step < 200; step++) {
    let [first, second] = [0, 0];
    for (const { at, weight } of points) {
      const ratio = at / (1 - s * at);
      first += weight * ratio;
      second += weight * ratio ** 2;
    }
    if (first > 0) to = s;
    else from = s;
    const newton = s - first / second;
    if (Math.abs(newton - s) <= 1e-12 * Math.abs(s)) return s;
    s = newton > from && newton < to ? newton : (from + to) / 2;
  }
  return s;
}
