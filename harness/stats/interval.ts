/** What every interval function of this folder returns, and the checks they share. */
import { HarnessError } from '../errors.ts';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Observations. */
  readonly n: number;
  /** Independent groups of observations; n where none were given. */
  readonly clusters: number;
}

export interface IntervalOptions {
  /** Cluster of each observation, in the order of the values; absent: all independent. */
  readonly clusters?: readonly string[];
  /** Two-sided, in (0, 1); default 0.95. */
  readonly confidence?: number;
}

/** Default two-sided confidence of every interval. */
export const CONFIDENCE = 0.95;

/** @throws HarnessError E_INPUT_INVALID */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new HarnessError('E_INPUT_INVALID', `Confidence must lie in (0, 1), got ${confidence}.`);
  }
}

/** Observations by cluster, in order of first appearance.
 *  @throws HarnessError E_INPUT_INVALID for a value that is not finite, or when the two differ in length */
export function groupByCluster(values: readonly number[], clusters?: readonly string[]): number[][] {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Value ${bad} of ${values.length} is ${values[bad]}, not a finite number.`,
    );
  }
  if (!clusters) return values.map((value) => [value]);
  if (clusters.length !== values.length) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `${values.length} values but ${clusters.length} cluster names.`,
    );
  }
  const groups = new Map<string, number[]>();
  values.forEach((value, i) => {
    const group = groups.get(clusters[i]!);
    if (group) group.push(value);
    else groups.set(clusters[i]!, [value]);
  });
  return [...groups.values()];
}

/** Sum with Neumaier's compensation: means of thousands of scores keep their last digits. */
export function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Sum of a group's deviations from the mean of all. */
export function residualOf(group: readonly number[], center: number): number {
  let total = 0;
  for (const value of group) total += value - center;
  return total;
}

/** [0, 1] where that holds all values, else null. */
export function unitRange(values: readonly number[]): readonly [number, number] | null {
  return values.every((each) => each >= 0 && each <= 1) ? [0, 1] : null;
}
