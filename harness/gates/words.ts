/** How verdicts say numbers: few digits, but never so few that two different numbers look the same. */

/** Whole numbers with thousands set off: 1,240. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 sample`, `1,240 samples`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** An estimate rounded up to two digits. */
export function roughly(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return Math.ceil(n / unit) * unit;
}

/** Formats numbers that are read together with a threshold: three significant digits, or as many as keep each
 *  apart from the threshold where they differ, so that nobody reads "0.2 is below 0.2". */
export function sayer(
  threshold: number | null,
  values: readonly (number | null)[],
): (value: number) => string {
  let digits = 3;
  if (threshold !== null) {
    while (digits < 8 && round(threshold, digits) !== threshold) digits++;
    const shown = round(threshold, digits);
    const others = values.filter((value) => value !== null && value !== threshold);
    while (digits < 15 && others.some((value) => round(value!, digits) === shown)) digits++;
  }
  return (value) => say(value, digits);
}

/** A number with so many significant digits, a real minus sign, and no digits cut before the decimal point. */
export function say(value: number, digits: number = 3): string {
  const rounded = round(value, digits);
  const text =
    Math.abs(rounded) >= 1e15 || (rounded !== 0 && Math.abs(rounded) < 1e-6)
      ? String(rounded)
      : plain(rounded);
  return text.replace('-', '−');
}

function plain(value: number): string {
  const [whole, fraction] = String(value).split('.');
  const sign = whole!.startsWith('-') ? '-' : '';
  const grouped = count(Number(whole!.replace('-', '')));
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

function round(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? 0 : value;
  const whole = Math.ceil(Math.log10(Math.abs(value) + 1e-300));
  return Number(value.toPrecision(Math.max(digits, Math.min(15, whole))));
}

/** A p value: two digits, or a bound. */
export function sayP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${say(p, 2)}`;
}

interface TailedInterval {
  readonly tailStretch: number;
  readonly clusters: number;
  readonly degreesOfFreedom: number | null;
}

/** Why an interval of few clusters on a scale without bounds is as wide as it is, and what would help; ends in `; `. Empty
 *  where it is not.
 *  @param enough independent clusters from which on the interval is not wider (stats/tail.ts) */
export function tailInWords(
  { tailStretch, clusters, degreesOfFreedom }: TailedInterval,
  enough: number,
): string {
  if (tailStretch === 1) return '';
  const counting = (degreesOfFreedom ?? 0) + 1;
  const uneven =
    counting < 0.95 * clusters ? ` of uneven size, no more than ${say(counting, 2)} even ones,` : '';
  return (
    `${counted(clusters, 'independent cluster')}${uneven} cannot show how long the tail of a score without known bounds is, ` +
    `so the interval is ${say(tailStretch, 2)} times as wide (from ${enough} on it is not): ` +
    `name the metric's range if it has one, or take more clusters; `
  );
}

/** `60 pairs can miss what happens in up to 6% of cases`: the share of clusters that goes unseen with a chance of `alpha`. */
export function unseenInWords(clusters: number, noun: string, alpha: number): string {
  const share = 1 - alpha ** (1 / clusters);
  return `${counted(clusters, noun)} can miss what happens in up to ${say(share * 100, 2)}% of them`;
}
