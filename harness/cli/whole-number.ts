/** Checks an option that counts: yargs lets fractions and NaN through. */
import { HarnessError } from '../errors.ts';

/** @throws HarnessError E_USAGE */
export function wholeNumber(
  option: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new HarnessError('E_USAGE', `--${option} ${value} is not a whole number ${range}.`);
}
