/** How far raters agree beyond chance: Krippendorff's alpha of several votes (Krippendorff 2011, nominal and interval
 *  differences) and Cohen's kappa of two raters (Cohen 1960; with quadratic weights Cohen 1968). Each is made of sums
 *  over items, so its interval is the bootstrap over items, whole clusters at a time.
 *  Knows ratings; knows nothing of judges. */
import { bootstrapOfSums } from '../stats/bootstrap.ts';

export interface Agreement {
  /** 1 for full agreement, 0 for what chance gives; null where nobody differs, so that chance explains all. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Items rated at least twice. */
  readonly n: number;
}

interface AgreementOptions {
  readonly seed: number;
  readonly clusters?: readonly string[];
}

const sumOfSquares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** A quotient of sums; NaN where the divisor is nothing but rounding of what it is the difference of. */
const quotient = (dividend: number, divisor: number, of: number) =>
  divisor > 1e-12 * of ? dividend / divisor : NaN;

/** The value and its interval, draws in which nobody differs counted as full agreement. */
function agreementOf(
  parts: readonly (readonly number[])[],
  value: (sums: readonly number[]) => number,
  options: AgreementOptions,
): Agreement {
  const n = parts.length;
  const nothing = { value: null, low: null, high: null, n };
  if (n === 0) return nothing;
  const found = value(parts[0]!.map((_, part) => total(parts.map((each) => each[part]!))));
  if (!Number.isFinite(found)) return nothing;
  const defined = (sums: readonly number[]) => {
    const drawn = value(sums);
    return Number.isFinite(drawn) ? drawn : 1;
  };
  const interval = bootstrapOfSums(parts, defined, options);
  return { value: found, low: interval?.low ?? null, high: interval?.high ?? null, n };
}

/** Clusters of the items that are kept. */
function kept<T>(items: readonly T[], options: AgreementOptions, keep: (item: T) => boolean) {
  const { clusters, seed } = options;
  return {
    items: items.filter(keep),
    options: { seed, ...(clusters && { clusters: clusters.filter((_, at) => keep(items[at]!)) }) },
  };
}

/** Krippendorff's alpha of the votes on each item; items with one vote say nothing and are left out.
 *  @param items (n,) lists of votes */
export function krippendorffAlpha(
  items: readonly (readonly number[])[],
  level: 'nominal' | 'interval',
  options: AgreementOptions,
): Agreement {
  const rated = kept(items, options, (votes) => votes.length > 1);
  if (level === 'interval') {
    const parts = rated.items.map((votes) => {
      const m = votes.length;
      const [sum, squares] = [total(votes), sumOfSquares(votes)];
      return [m, sum, squares, (2 * m * squares - 2 * sum * sum) / (m - 1)];
    });
    return agreementOf(
      parts,
      ([n, sum, squares, within]) =>
        1 - quotient((n! - 1) * within!, 2 * n! * squares! - 2 * sum! * sum!, n! * squares!),
      rated.options,
    );
  }
  const values = [...new Set(rated.items.flat())];
  const parts = rated.items.map((votes) => {
    const counts = values.map((value) => votes.filter((vote) => vote === value).length);
    const m = votes.length;
    return [m, (m * m - sumOfSquares(counts)) / (m - 1), ...counts];
  });
  return agreementOf(
    parts,
    ([n, within, ...counts]) => 1 - quotient((n! - 1) * within!, n! * n! - sumOfSquares(counts), n! * n!),
    rated.options,
  );
}

/** Cohen's kappa of two raters, of categories that are equal or not.
 *  @param pairs (n,) what either said of an item */
export function cohenKappa(
  pairs: readonly (readonly [left: number, right: number])[],
  options: AgreementOptions,
): Agreement {
  const values = [...new Set(pairs.flat())];
  const parts = pairs.map(([left, right]) => [
    1,
    left === right ? 1 : 0,
    ...values.map((value) => (left === value ? 1 : 0)),
    ...values.map((value) => (right === value ? 1 : 0)),
  ]);
  return agreementOf(
    parts,
    ([n, same, ...counts]) => {
      const chance = total(values.map((_, at) => counts[at]! * counts[at + values.length]!)) / n!;
      return quotient(same! - chance, n! - chance, n!);
    },
    options,
  );
}

/** Cohen's kappa with quadratic weights: of scores on a scale, where near is better than far; fractions are allowed.
 *  @param pairs (n,) what either said of an item */
export function quadraticKappa(
  pairs: readonly (readonly [left: number, right: number])[],
  options: AgreementOptions,
): Agreement {
  const parts = pairs.map(([left, right]) => [
    1,
    left,
    right,
    left * left + right * right,
    (left - right) ** 2,
  ]);
  return agreementOf(
    parts,
    ([n, left, right, squares, apart]) =>
      1 - quotient(apart!, squares! - (2 * left! * right!) / n!, squares!),
    options,
  );
}
