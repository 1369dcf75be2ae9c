/** McNemar's test of paired 0/1 scores (McNemar 1947): of the pairs that differ, does half go each way? Exact by the
 *  binomial, and mid-p (Fagerland, Lydersen & Laake 2013), which errs closer to what is stated. For independent pairs;
 *  clusters: permutation.ts. */
import { HarnessError } from '../errors.ts';
import { binomialCdf, binomialPmf } from './distributions.ts';

export interface McNemarTest {
  /** Two-sided. */
  readonly exact: number;
  readonly midP: number;
  /** One-sided, exact: of "no more losses than gains". */
  readonly worse: number;
}

/** p-values. 1 where no pair differs.
 *  @param losses pairs in which the baseline has 1 and the model 0
 *  @param gains the other way round
 *  @throws HarnessError E_INPUT_INVALID for counts that are none */
export function mcnemar(losses: number, gains: number): McNemarTest {
  if (![losses, gains].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new HarnessError('E_INPUT_INVALID', `${losses} losses and ${gains} gains: expected counts.`);
  }
  const n = losses + gains;
  if (n === 0) return { exact: 1, midP: 1, worse: 1 };
  const fewer = Math.min(losses, gains);
  const tail = binomialCdf(fewer, n, 0.5);
  return {
    exact: Math.min(1, 2 * tail),
    midP: Math.min(1, 2 * tail - binomialPmf(fewer, n, 0.5)),
    worse: binomialCdf(gains, n, 0.5),
  };
}
