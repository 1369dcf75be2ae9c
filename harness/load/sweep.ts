/** Finds the highest rate at which the objective is met: doubles the rate until it is not, then bisects.
 *  Knows rates and outcomes; knows nothing of requests. */
import type { LoadStep } from './load-verdict.ts';

/** found: the next rate up failed · atLeast: the highest rate allowed was still met · none: not even the lowest ·
 *  generator: the generator gave out before the server did. */
export type SweepEnd = 'found' | 'atLeast' | 'none' | 'generator';

export interface SweepResult {
  readonly end: SweepEnd;
  /** Highest rate that was shown to meet the objective. */
  readonly ratePerS: number | null;
  /** Lowest rate at which that was not shown. */
  readonly nextPerS: number | null;
  readonly steps: readonly LoadStep[];
}

/** The two rates lie within this factor in the end. */
const RESOLUTION = 1.1;
/** Times the rate is halved before even the lowest is given up. */
const MOST_HALVINGS = 6;

/** @param measure one level at the rate given */
export async function sweep(
  startPerS: number,
  mostPerS: number,
  measure: (ratePerS: number, step: number) => Promise<LoadStep>,
): Promise<SweepResult> {
  const steps: LoadStep[] = [];
  let good: number | null = null;
  let bad: number | null = null;
  let rate = Math.min(startPerS, mostPerS);
  const end = (how: SweepEnd): SweepResult => ({ end: how, ratePerS: good, nextPerS: bad, steps });
  for (let halvings = 0; ;) {
    const step = await measure(rate, steps.length);
    steps.push(step);
    if (step.outcome === 'invalid') return end('generator');
    // A queue that grows is not yet seen by those who joined it first.
    if (step.outcome === 'met' && !step.saturated) good = rate;
    else bad = rate;

    if (good === null) {
      if (halvings++ === MOST_HALVINGS) return end('none');
      rate /= 2;
    } else if (bad === null) {
      if (good >= mostPerS) return end('atLeast');
      rate = Math.min(good * 2, mostPerS);
    } else {
      if (bad / good <= RESOLUTION) return end('found');
      rate = Math.sqrt(good * bad);
    }
  }
}
