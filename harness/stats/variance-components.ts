/** How much of the spread of scores lies between samples, and how much between repeats of one sample: the analysis-of-
 *  variance estimator of the one-way random-effects model (Searle, Casella & McCulloch 1992, §3.6; unequal numbers of
 *  repeats allowed). It tells what repeats are worth (Miller 2024, arXiv:2411.00640, §3.1–3.2). */
import { groupByCluster, mean, sum } from './interval.ts';

export interface VarianceComponents {
  /** Variance of samples' own means, >= 0: repeats do not lower it, more samples do. */
  readonly between: number;
  /** Variance of repeats of one sample, >= 0: repeats lower it. */
  readonly within: number;
  /** Share of `between` in all: the correlation of two repeats, in [0, 1]; 0 where nothing varies. */
  readonly icc: number;
  readonly samples: number;
  /** Scores in all. */
  readonly n: number;
}

/** Components of scores, repeats of a sample grouped by its name; null unless there are two samples and one repeat.
 *  A negative estimate of `between` is reported as 0, as is usual.
 *  @throws HarnessError E_INPUT_INVALID for values that are not finite */
export function varianceComponents(
  values: readonly number[],
  samples: readonly string[],
): VarianceComponents | null {
  const groups = groupByCluster(values, samples);
  const n = values.length;
  if (groups.length < 2 || groups.length === n) return null;
  const center = mean(values);
  const betweenSquares = sum(groups.map((group) => group.length * (mean(group) - center) ** 2));
  const withinSquares = sum(
    groups.map((group) => {
      const own = mean(group);
      return sum(group.map((value) => (value - own) ** 2));
    }),
  );
  const within = withinSquares / (n - groups.length);
  // The number of repeats that counts where samples have different ones
  const repeats = (n - sum(groups.map((group) => group.length ** 2)) / n) / (groups.length - 1);
  const between = Math.max(0, (betweenSquares / (groups.length - 1) - within) / repeats);
  const total = between + within;
  return { between, within, icc: total > 0 ? between / total : 0, samples: groups.length, n };
}

/** Standard error of the mean of so many samples with so many repeats each. */
export function standardErrorWith(
  { between, within }: Pick<VarianceComponents, 'between' | 'within'>,
  samples: number,
  repeats: number,
): number {
  return Math.sqrt((between + within / repeats) / samples);
}

/** Repeats from which on all further ones together would narrow the interval by less than `gain` (default 5%); Infinity
 *  where samples do not differ at all, so that a repeat is as good as a sample. */
export function repeatsThatPay(
  { between, within }: Pick<VarianceComponents, 'between' | 'within'>,
  gain: number = 0.05,
): number {
  if (within === 0) return 1;
  // √(between / (between + within / k)) >= 1 − gain
  const allowed = between * (1 / (1 - gain) ** 2 - 1);
  return allowed > 0 ? Math.max(1, Math.ceil(within / allowed - 1e-9)) : Infinity;
}
