/** Sign-flip permutation test of paired differences (Fisher 1935; Good 2005), whole clusters at a time: at the margin, and
 *  if the differences from it are symmetric, a cluster's sum could as well have had the other sign. Exact where all
 *  flips can be enumerated; for 0/1 scores of independent pairs and no margin it is McNemar's exact test. */
import { HarnessError } from '../errors.ts';
import { groupByCluster, sum } from './interval.ts';
import { Pcg64 } from './pcg64.ts';

export interface SignFlipOptions {
  /** Cluster of each pair, in their order; absent: all independent. */
  readonly clusters?: readonly string[];
  /** Largest drop that is still acceptable, >= 0; default 0. */
  readonly margin?: number;
  /** Of the drawn flips; an exact test draws none. Default 0. */
  readonly seed?: number;
  /** Flips drawn where there are too many to enumerate; default 9,999. */
  readonly draws?: number;
}

export interface SignFlipTest {
  /** One-sided p of "the mean difference is −margin or less": small says not worse than the margin. */
  readonly pNotWorse: number;
  /** One-sided p of "the mean difference is −margin or more": small says worse than the margin. */
  readonly pWorse: number;
  /** Two-sided: twice the smaller, at most 1. */
  readonly pDifferent: number;
  /** All flips were counted. */
  readonly exact: boolean;
}

/** 2 ** 16 flips take a millisecond. */
const MAX_ENUMERATED = 16;

/** p-values of the differences; drawn flips give (b + 1) / (draws + 1), which is never 0 (Phipson and Smyth 2010). 1 where
 *  no cluster differs from the margin.
 *  @throws HarnessError E_INPUT_INVALID for a difference that is not finite, a negative margin, or no draws */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions = {}): SignFlipTest {
  const { margin = 0, seed = 0, draws = 9999 } = options;
  if (!(margin >= 0 && Number.isInteger(draws) && draws > 0)) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `A margin of ${margin} and ${draws} draws: expected a margin >= 0 and at least one draw.`,
    );
  }
  // What is zero stays so, whichever way it is flipped.
  const sums = groupByCluster(differences, options.clusters)
    .map((group) => sum(group.map((difference) => difference + margin)))
    .filter((each) => each !== 0);
  const observed = sum(sums);
  const exact = sums.length <= MAX_ENUMERATED;
  // Sums of the same terms in another order differ in their last digits: those count as equal, as scipy counts them.
  const slack = 100 * Number.EPSILON * Math.max(Math.abs(observed), Math.max(0, ...sums.map(Math.abs)));
  let [atLeast, atMost] = [0, 0];
  const count = (flipped: number): void => {
    if (flipped >= observed - slack) atLeast++;
    if (flipped <= observed + slack) atMost++;
  };
  const flips = exact ? 2 ** sums.length : draws;
  if (exact) {
    for (let signs = 0; signs < flips; signs++) {
      let total = 0;
      for (let i = 0; i < sums.length; i++) total += (signs >>> i) & 1 ? -sums[i]! : sums[i]!;
      count(total);
    }
  } else {
    const random = new Pcg64(seed);
    for (let draw = 0; draw < flips; draw++) {
      const coins = random.coins(sums.length);
      let total = 0;
      for (let i = 0; i < sums.length; i++) total += coins[i] === 1 ? -sums[i]! : sums[i]!;
      count(total);
    }
  }
  const share = (hits: number): number => (exact ? hits / flips : (hits + 1) / (flips + 1));
  const [pNotWorse, pWorse] = [share(atLeast), share(atMost)];
  return { pNotWorse, pWorse, pDifferent: Math.min(1, 2 * Math.min(pNotWorse, pWorse)), exact };
}
