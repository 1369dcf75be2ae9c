/** Two looks at one hypothesis without spending its error rate twice: alpha spending (Lan & DeMets 1983, Biometrika 70:659).
 *  The second look is declared before the first; its sample holds the first look's. Knows nothing of gates. */
import { HarnessError } from '../errors.ts';
import { normalCdf, normalQuantile } from './distributions.ts';

/** `obrien-fleming`: little at the first look, nearly all left for the second; `pocock`: about even. */
export type Spending = 'obrien-fleming' | 'pocock';

export interface TwoLooks {
  /** One-sided significance levels that p-values of the first and of the second look are held against. */
  readonly alphas: readonly [number, number];
  /** The same as bounds of a normal test statistic. */
  readonly bounds: readonly [number, number];
}

/** One-sided alpha spent by the time a share `fraction` of the information is there. */
export function spentAlpha(alpha: number, fraction: number, spending: Spending): number {
  if (spending === 'pocock') return alpha * Math.log(1 + (Math.E - 1) * fraction);
  return 2 * normalCdf(normalQuantile(alpha / 2) / Math.sqrt(fraction));
}

/** Levels at which two looks reject a true hypothesis with a chance of `alpha` in all.
 *  @param alpha one-sided, in (0, 0.5)
 *  @param fraction share of the final sample (in clusters) that the first look sees, in (0, 1)
 *  @throws HarnessError E_INPUT_INVALID outside these ranges */
export function twoLooks(alpha: number, fraction: number, spending: Spending = 'obrien-fleming'): TwoLooks {
  if (!(alpha > 0 && alpha < 0.5 && fraction > 0 && fraction < 1)) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Two looks at alpha ${alpha} with a share of ${fraction} at the first: expected alpha in (0, 0.5) and a share in (0, 1).`,
    );
  }
  const first = spentAlpha(alpha, fraction, spending);
  const bound = -normalQuantile(first);
  // The second bound lies between what is left, spent alone, and the whole.
  let [low, high] = [-normalQuantile(alpha), -normalQuantile(alpha - first)];
  for (let step = 0; step < 60 && high - low > 1e-13; step++) {
    const middle = (low + high) / 2;
    if (rejectsLate(bound, middle, Math.sqrt(fraction)) > alpha - first) low = middle;
    else high = middle;
  }
  const second = (low + high) / 2;
  return { alphas: [first, normalCdf(-second)], bounds: [bound, second] };
}

/** P(X < first, Y >= second) for standard normals X and Y of the given correlation: Simpson's rule over X with one
 *  Richardson step, within 1e-11. */
function rejectsLate(first: number, second: number, correlation: number): number {
  const rest = Math.sqrt(1 - correlation ** 2);
  const integrand = (x: number): number =>
    (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * normalCdf((correlation * x - second) / rest);
  const low = -9;
  const fine = simpson(integrand, low, first, 800);
  return fine + (fine - simpson(integrand, low, first, 400)) / 15;
}

function simpson(f: (x: number) => number, low: number, high: number, steps: number): number {
  const width = (high - low) / steps;
  let total = f(low) + f(high);
  for (let i = 1; i < steps; i++) total += f(low + i * width) * (i % 2 === 1 ? 4 : 2);
  return (total * width) / 3;
}
