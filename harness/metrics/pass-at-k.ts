/** pass@k: the chance that at least one of k answers to a problem passes, estimated without bias from n ≥ k answers
 *  of which c passed: 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, arXiv:2107.03374). 1 − (1 − c/n)^k is biased.
 *  Knows counts, not how an answer passes. A corpus's value is the mean over problems. */
import { HarnessError } from '../errors.ts';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { signature } from './signature.ts';

export interface Attempts {
  /** Answers to the problem, an integer >= 1. */
  readonly samples: number;
  /** Those that passed, an integer from 0 to `samples`. */
  readonly passed: number;
}

/** In [0, 1]; null where there are fewer answers than k: more cannot be learnt from fewer.
 *  @throws E_INPUT_INVALID unless 0 <= passed <= samples and k >= 1, all integers */
export function passAtK({ samples, passed }: Attempts, k: number): MetricValue {
  const whole = [samples, passed, k].every(Number.isSafeInteger);
  if (!whole || passed < 0 || passed > samples || k < 1) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `pass@${k} of ${passed} passed among ${samples}: expected integers, 0 <= passed <= samples, k >= 1.`,
    );
  }
  if (k > samples) return undefinedBecause(`pass@${k} needs ${k} answers to a problem, got ${samples}`);
  if (samples - passed < k) return 1;
  // The product of Chen et al. has `passed` factors, of which none overflows.
  let none = 1;
  for (let i = samples - passed + 1; i <= samples; i++) none *= 1 - k / i;
  return 1 - none;
}

/** Attempts by problem, in the order of first appearance: repeats of a sample, one outcome each. */
export function attemptsByProblem(
  outcomes: Iterable<{ readonly problem: string; readonly passed: boolean }>,
): ReadonlyMap<string, Attempts> {
  const problems = new Map<string, Attempts>();
  for (const { problem, passed } of outcomes) {
    const { samples, passed: before } = problems.get(problem) ?? { samples: 0, passed: 0 };
    problems.set(problem, { samples: samples + 1, passed: before + (passed ? 1 : 0) });
  }
  return problems;
}

/** Such as `passAtK|k:10|estimator:unbiased|harness:2`. */
export function passAtKSignature(k: number): string {
  return `passAtK|${signature({ k, estimator: 'unbiased' })}`;
}
