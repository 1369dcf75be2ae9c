/** Skewness correction of Student's t by Hall's cubic transformation (Hall 1992, J. Roy. Stat. Soc. B 54:221).
 *
 *  Scores are often 1 with a few low ones: the plain t interval's lower bound is then too high in 6–12% of samples
 *  of 30 to 200, where 2.5% are stated. Corrected, it is in 1–4%, and with symmetric scores nothing changes. */
import { mean, residualOf, sum } from './interval.ts';

export interface Skewness {
  /** Third standardised moment of the clusters' sums of residuals; 0 where there is no spread. */
  readonly skewness: number;
  readonly clusters: number;
}

export function skewnessOf(groups: readonly (readonly number[])[]): Skewness {
  const center = mean(groups.flat());
  const n = groups.length;
  let [second, third] = [0, 0];
  for (const group of groups) {
    const residual = residualOf(group, center);
    second += residual ** 2 / n;
    third += residual ** 3 / n;
  }
  return { skewness: second > 0 ? third / second ** 1.5 : 0, clusters: groups.length };
}

/** How far a skewness that a sample shows is raised: what of it exceeds so many standard errors (of a normal sample's)
 *  grows by a share of itself, which fades as the tail comes to be seen. `mild`: a tail that ends where the scale does, or
 *  differences, on which the hypothesis says something besides (drop-implies.ts). `strong`: a mean on a scale without
 *  bounds. */
const CAUTIONS = {
  mild: { errors: 1.5, share: (clusters: number) => 80 / clusters },
  strong: { errors: 1, share: (clusters: number) => 15 / Math.sqrt(clusters) },
} as const;

export type Caution = keyof typeof CAUTIONS;

/** The skewness to be reckoned with on each side, where the sample shows some: a sample of n clusters knows little of a long
 *  tail and its skewness, at most √n, is far too small. It is raised on the side of the tail; the other side counts what was
 *  seen.
 *
 *  Fitted by simulation (CALIBRATION.md): with exponential and lognormal differences (σ = 0.5 and 1) of 30 to 2,000
 *  clusters the test on the side of the tail errs in 1–3% of samples where 2.5% are stated, instead of 2–6% without and
 *  3–11% by plain t; with normal and t differences nothing changes. With fewer clusters on a scale without bounds no
 *  sample knows the tail: see tail.ts.
 *  @param independent clusters of one size that know as much of the variance: Satterthwaite's degrees of freedom + 1
 *  @param times of a sample that is so many times as large */
export function cautiousSkewness(
  groups: readonly (readonly number[])[],
  independent: number,
  caution: Caution,
  times: number = 1,
): CautiousSkewness {
  const { skewness, clusters: there } = skewnessOf(groups);
  const clusters = there * times;
  const noise = noiseOf(groups.map((group) => group.length)) / Math.sqrt(times);
  const long = raised(skewness, independent, noise, caution);
  return {
    below: { skewness: Math.min(skewness, long), clusters },
    above: { skewness: Math.max(skewness, long), clusters },
  };
}

export interface CautiousSkewness {
  /** For the lower bound of an interval, and a claim that a mean lies above something. */
  readonly below: Skewness;
  /** For the upper bound. */
  readonly above: Skewness;
}

function raised(skewness: number, clusters: number, noise: number, caution: Caution): number {
  const { errors, share } = CAUTIONS[caution];
  const excess = Math.max(0, Math.abs(skewness) - errors * noise);
  return skewness + Math.sign(skewness) * share(clusters) * excess;
}

/** Standard error of the skewness of a normal sample in clusters of these sizes, each of one value: √(6 / n) where they are
 *  equal, more where they are not, as a few large ones make the sums long-tailed on both sides. */
function noiseOf(sizes: readonly number[]): number {
  const n = sizes.length;
  const [second, fourth, sixth] = [2, 4, 6].map((power) => sum(sizes.map((size) => size ** power)));
  const ofMany = (n * (15 * sixth! - (9 * fourth! ** 2) / second!)) / second! ** 3;
  return Math.sqrt((ofMany * n * Math.max(0, n - 2)) / ((n + 1) * (n + 3)));
}

/** What samples of so many clusters will show of a true skewness, for planning: the usual one, and those that samples will
 *  reckon with, each as likely as another. */
export function expectedSkewness(
  skewness: number,
  clusters: number,
  caution: Caution,
): { readonly seen: number; readonly reckoned: readonly number[] } {
  // The mean and the spread of a lognormal sample's (σ = 0.5 and 1, 30 to 2,000 clusters), within a tenth.
  const seen = skewness / (1 + (1.6 * Math.abs(skewness)) / Math.sqrt(clusters));
  const noise = Math.sqrt((6 + 20 * seen ** 2) / clusters);
  const ofNormal = Math.sqrt(6 / clusters);
  return {
    seen,
    reckoned: SPREAD.map((z) =>
      Math.min(seen + z * noise, raised(seen + z * noise, clusters, ofNormal, caution)),
    ),
  };
}

/** Nine standard normals, each in the middle of a ninth of all. */
const SPREAD = [-1.5932, -0.9674, -0.5895, -0.2822, 0, 0.2822, 0.5895, 0.9674, 1.5932];

/** A t value, (mean − true mean) / standard error, made as symmetric as if there were no skewness. Increasing. */
export function symmetrise(t: number, { skewness, clusters }: Skewness): number {
  const s = t / Math.sqrt(clusters);
  const a = skewness / 3;
  return Math.sqrt(clusters) * (s + a * s ** 2 + (a ** 2 * s ** 3) / 3 + skewness / (6 * clusters));
}

/** The t value that `symmetrise` takes to `t`. */
export function unsymmetrise(t: number, { skewness, clusters }: Skewness): number {
  const a = skewness / 3;
  const y = t / Math.sqrt(clusters) - skewness / (6 * clusters);
  return Math.sqrt(clusters) * (Math.abs(a) < 1e-8 ? y : (Math.cbrt(1 + 3 * a * y) - 1) / a);
}
