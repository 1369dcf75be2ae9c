/** True rate behind a detector that errs (Rogan & Gladen 1978, Am. J. Epidemiol. 107:71): of a refusal found by a word
 *  list, of a judge's "toxic". Interval: Lang & Reiczigel 2014 (Prev. Vet. Med. 113:13), which counts the uncertainty of
 *  sensitivity and specificity, both of them estimated on labelled samples. */
import { HarnessError } from '../errors.ts';
import { normalQuantile } from './distributions.ts';
import { CONFIDENCE, requireConfidence } from './interval.ts';

/** A rate as counted: successes may be fractional (effective sample sizes). */
export interface Counted {
  readonly successes: number;
  readonly trials: number;
}

export interface CorrectedRate {
  /** In [0, 1]. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Before correction. */
  readonly apparent: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** Corrected rate with its interval, or why there is none: the detector tells nothing (sensitivity + specificity <= 1),
 *  or finds fewer or more than it can at any true rate, so that its rates do not hold for these samples.
 *  @param apparent what the detector found, of the samples in question
 *  @param sensitivity found, of the labelled samples that are so
 *  @param specificity not found, of the labelled samples that are not
 *  @throws HarnessError E_INPUT_INVALID unless 0 <= successes <= trials and trials > 0, for each */
export function roganGladen(
  apparent: Counted,
  sensitivity: Counted,
  specificity: Counted,
  { confidence = CONFIDENCE }: { confidence?: number } = {},
): CorrectedRate | { readonly reason: string } {
  requireConfidence(confidence);
  for (const [name, { successes, trials }] of Object.entries({ apparent, sensitivity, specificity })) {
    if (!(trials > 0 && successes >= 0 && successes <= trials)) {
      throw new HarnessError(
        'E_INPUT_INVALID',
        `The ${name} rate is ${successes} of ${trials}: expected 0 to n of n > 0.`,
      );
    }
  }
  const rate = apparent.successes / apparent.trials;
  const se = sensitivity.successes / sensitivity.trials;
  const sp = specificity.successes / specificity.trials;
  if (se + sp <= 1) {
    return {
      reason: `sensitivity ${percent(se)} and specificity ${percent(sp)} are no better than chance: nothing can be corrected`,
    };
  }

  const z = normalQuantile(1 - (1 - confidence) / 2);
  // Agresti and Coull's additions: z² samples to the rate, one success and one failure to each of the others
  const counted = shrunk(apparent, z * z);
  const found = shrunk(sensitivity, 2);
  const spared = shrunk(specificity, 2);
  const information = found.rate + spared.rate - 1;
  const center = (counted.rate + spared.rate - 1) / information;
  const shift = 2 * z * z * (center * found.variance - (1 - center) * spared.variance);
  const spread = counted.variance + center ** 2 * found.variance + (1 - center) ** 2 * spared.variance;
  const half = (z * Math.sqrt(spread)) / information;
  const [low, high] = [center + shift - half, center + shift + half];
  if (high < 0 || low > 1) {
    return {
      reason:
        `an apparent rate of ${percent(rate)} contradicts sensitivity ${percent(se)} and specificity ${percent(sp)}: ` +
        'they do not hold for these samples',
    };
  }
  return {
    value: clamp((rate + sp - 1) / (se + sp - 1)),
    low: clamp(low),
    high: clamp(high),
    apparent: rate,
    sensitivity: se,
    specificity: sp,
  };
}

/** A rate with `added` trials, half of them successes, and the variance of its estimate. */
function shrunk({ successes, trials }: Counted, added: number): { rate: number; variance: number } {
  const n = trials + added;
  const rate = (successes + added / 2) / n;
  return { rate, variance: (rate * (1 - rate)) / n };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
