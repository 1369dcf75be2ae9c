/** Scores by likelihood: which of several given answers a model holds most likely, and how the likelihoods of two
 *  texts compare. Published sets score base and chat models alike in this way, with the prompt as it stands.
 *  Knows likelihoods; knows nothing of sets. */
import type { TaskModel } from '../tasks/task.ts';

export interface CompletionLikelihood {
  /** Natural logarithm of P(completion | prompt). */
  readonly logLikelihood: number;
  readonly tokens: number;
}

/** Of each completion, behind the prompt as it stands. */
export async function completionLikelihoods(
  model: Pick<TaskModel, 'logLikelihood'>,
  prompt: string | readonly number[],
  completions: readonly string[],
): Promise<readonly CompletionLikelihood[]> {
  const input = typeof prompt === 'string' ? { prompt, raw: true } : { tokens: prompt };
  const results = await Promise.all(
    completions.map((completion) => model.logLikelihood({ ...input, completion })),
  );
  return results.map(({ logLikelihood, logprobs }) => ({ logLikelihood, tokens: logprobs.length }));
}

/** The first of the largest, as numpy's argmax has it; -1 of an empty list. */
export function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (best < 0 || value > values[best]! ? i : best), -1);
}

/** Share of the probability of all answers that the true ones have, in [0, 1]: MC2 (Lin et al. 2021,
 *  arXiv:2109.07958). Reckoned from the largest, so that unlikely answers do not become 0/0. */
export function trueShare(logLikelihoods: readonly number[], isTrue: readonly boolean[]): number {
  const largest = Math.max(...logLikelihoods);
  const weights = logLikelihoods.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, i) => sum + (isTrue[i] ? weight : 0), 0) / total;
}
