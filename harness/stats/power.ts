/** What a sample can and cannot show. */
import { tQuantile } from './distributions.ts';
import { CONFIDENCE } from './interval.ts';

export interface PowerOptions {
  /** Infinity: the normal approximation. */
  readonly degreesOfFreedom?: number;
  /** Two-sided confidence of the interval whose bound decides. */
  readonly confidence?: number;
  readonly power?: number;
}

/** The smallest true difference that a bound of the interval detects with the given power (default 0.8):
 *  (t(1 − alpha/2) + t(power)) · standard error (Bloom 1995, "Minimum detectable effects"). */
export function minimumDetectableEffect(standardError: number, options: PowerOptions = {}): number {
  const { degreesOfFreedom = Infinity, confidence = CONFIDENCE, power = 0.8 } = options;
  const tail = 1 - (1 - confidence) / 2;
  return (tQuantile(tail, degreesOfFreedom) + tQuantile(power, degreesOfFreedom)) * standardError;
}
