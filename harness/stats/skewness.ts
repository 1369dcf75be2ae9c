/** Skewness correction of Student's t by Hall's cubic transformation (Hall 1992, J. Roy. Stat. Soc. B 54:221).
 *
 *  Scores are often 1 with a few low ones: the plain t interval's lower bound is then too high in 6–12% of samples
 *  of 30 to 200, where 2.5% are stated. Corrected, it is in 1–4%, and with symmetric scores nothing changes. */
import { mean, sum } from './interval.ts';

export interface Skewness {
  /** Third standardised moment of the clusters' sums of residuals; 0 where there is no spread. */
  readonly skewness: number;
  readonly clusters: number;
}

export function skewnessOf(groups: readonly (readonly number[])[]): Skewness {
  const center = mean(groups.flat());
  const residuals = groups.map((group) => sum(group.map((value) => value - center)));
  const second = mean(residuals.map((residual) => residual ** 2));
  const third = mean(residuals.map((residual) => residual ** 3));
  return { skewness: second > 0 ? third / second ** 1.5 : 0, clusters: groups.length };
}

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
