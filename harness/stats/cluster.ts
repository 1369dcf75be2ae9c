/** Standard error of a mean when observations come in clusters.
 *
 *  Variance: that of Miller 2024 (arXiv:2411.00640, "Adding error bars to evals"), the squared sums of residuals
 *  by cluster, with the CR2 correction for small samples (Bell & McCaffrey 2002): each cluster's term is divided
 *  by 1 − its share of the observations. Clusters of one give exactly s²/n.
 *  Degrees of freedom: Satterthwaite's of that variance, as Bell & McCaffrey have them for independent scores and
 *  as they come out when a cluster's scores are all the same, whichever is smaller: clusters − 1 where clusters
 *  have one size, fewer where some dominate. */
import { mean, residualOf, sum } from './interval.ts';

export interface ClusteredStandardError {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/** CR2 standard error of the mean of all observations, with its degrees of freedom; needs two clusters. */
export function clusteredStandardError(groups: readonly (readonly number[])[]): ClusteredStandardError {
  const values = groups.flat();
  const n = values.length;
  const center = mean(values);
  const terms = groups.map((group) => {
    const residual = residualOf(group, center);
    return (residual * residual) / (1 - group.length / n);
  });
  const standardError = Math.sqrt(sum(terms)) / n;
  return { standardError, degreesOfFreedom: clusterDegrees(groups.map((group) => group.length)) };
}

/** Standard error of the mean of a sample that is extended to `times` its size, of which the first part is known. */
export function addedError(standardError: number, times: number): number {
  return (standardError * Math.sqrt(times - 1)) / times;
}

/** Satterthwaite's degrees of freedom of the standard error of a mean over clusters of these sizes, two or more. */
export function clusterDegrees(sizes: readonly number[]): number {
  const n = sum(sizes);
  // Both forms below come to this.
  if (sizes.length === n) return n - 1;
  const shares = sizes.map((size) => size / n);
  return Math.min(degreesIfIndependent(shares), degreesIfIdentical(shares));
}

/** Satterthwaite degrees of freedom, (tr M)² / tr M², of CR2 when observations are independent; the traces of the
 *  clusters × clusters matrix M in closed form. `shares`: each cluster's part of the observations. */
function degreesIfIndependent(shares: readonly number[]): number {
  const odds = shares.map((share) => (share * share) / (1 - share));
  const squares = sum(shares.map((share) => share * share));
  return 1 / (squares + sum(odds) ** 2 - sum(odds.map((odd) => odd * odd)));
}

/** The same when all observations of a cluster are equal and the cluster's value is what varies. */
function degreesIfIdentical(shares: readonly number[]): number {
  const squares = sum(shares.map((share) => share * share));
  // Cov(residual c, residual d) = [c = d] − share c − share d + squares, scaled by k c · k d
  const k2 = shares.map((share) => (share * share) / (1 - share));
  const moment = (power: number): number => sum(k2.map((k, c) => k * shares[c]! ** power));
  const trace = sum(k2.map((k, c) => k * (1 - 2 * shares[c]! + squares)));
  const all =
    squares ** 2 * moment(0) ** 2 +
    2 * moment(2) * moment(0) -
    4 * squares * moment(1) * moment(0) +
    2 * moment(1) ** 2;
  const diagonal = sum(
    k2.map((k, c) => {
      const off = squares - 2 * shares[c]!;
      return k * k * ((1 + off) ** 2 - off ** 2);
    }),
  );
  return trace ** 2 / (all + diagonal);
}
