/** Multiple choice by likelihood, as lm-evaluation-harness scores it: each answer behind the prompt as it stands, with a
 *  space between; `acc` by the sum of log-probabilities, `accNorm` by the sum over the answer's characters. */
import { codePointLength } from '../metrics/python-text.ts';
import { completionLikelihoods, indexOfLargest, trueShare } from '../scorers/likelihood.ts';
import { isTexts } from '../tasks/json-lines.ts';
import type { Sample, Task } from '../tasks/task.ts';
import type { FetchedSet } from './recipe.ts';
import { likelihoodTask, type StandardMetric } from './standard-task.ts';

/** `metadata` of a multiple-choice sample. */
export interface Choices {
  readonly choices: readonly string[];
  /** Index of the right one. */
  readonly answer: number;
}

export function choicesOf({ id, metadata }: Sample): Choices {
  const { choices, answer } = metadata ?? {};
  if (!isTexts(choices) || typeof answer !== 'number') throw new Error(`sample ${id} has no choices`);
  return { choices, answer };
}

/** What `choiceScores` gives, for a task's metrics. */
export const choiceMetrics: Readonly<Record<'acc' | 'accNorm', StandardMetric>> = {
  acc: {
    metric: 'acc',
    score: 'acc',
    aggregate: 'proportion',
    better: 'higher',
    signature: 'acc|argmax:sum-logprob|ties:first|delimiter:space|template:none',
  },
  accNorm: {
    metric: 'accNorm',
    score: 'accNorm',
    aggregate: 'proportion',
    better: 'higher',
    signature: 'acc-norm|argmax:logprob-per-character|ties:first|delimiter:space|template:none',
  },
};

/** `acc` and `accNorm`, each 0 or 1.
 *  @param logLikelihoods (choices,) */
export function choiceScores({ choices, answer }: Choices, logLikelihoods: readonly number[]) {
  const normalised = logLikelihoods.map((value, i) => value / codePointLength(choices[i]!));
  return {
    acc: indexOfLargest(logLikelihoods) === answer ? 1 : 0,
    accNorm: indexOfLargest(normalised) === answer ? 1 : 0,
  };
}

interface ChoiceTask {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly metrics: readonly StandardMetric[];
  /** Answers to choose from, of most samples; 4 where it is not said. */
  readonly choices?: number;
}

/** Reads `metadata.choices` and `metadata.answer` of each sample. `confidence`, which the report draws against `acc`: the
 *  share of the chosen answer in the likelihood of all. */
export function choiceTask(set: FetchedSet, task: ChoiceTask): Task {
  return likelihoodTask(set, {
    ...task,
    calls: task.choices ?? 4,
    score: async (sample, model) => {
      const { choices, answer } = choicesOf(sample);
      const scored = await completionLikelihoods(
        model,
        sample.prompt!,
        choices.map((choice) => ` ${choice}`),
      );
      const logLikelihoods = scored.map(({ logLikelihood }) => logLikelihood);
      const chosen = indexOfLargest(logLikelihoods);
      return {
        output: choices[chosen]!,
        scores: {
          ...choiceScores({ choices, answer }, logLikelihoods),
          confidence: trueShare(
            logLikelihoods,
            choices.map((_, i) => i === chosen),
          ),
        },
      };
    },
  });
}

/** `mc2`: reads `metadata.choices` and `metadata.labels`, 1 for a true answer. */
export function trueShareTask(set: FetchedSet, task: ChoiceTask): Task {
  return likelihoodTask(set, {
    ...task,
    calls: task.choices ?? 4,
    score: async (sample, model) => {
      const { all, labels } = sample.metadata as unknown as {
        readonly all: readonly string[];
        readonly labels: readonly number[];
      };
      const scored = await completionLikelihoods(
        model,
        sample.prompt!,
        all.map((choice) => ` ${choice}`),
      );
      const logLikelihoods = scored.map(({ logLikelihood }) => logLikelihood);
      return {
        output: all[indexOfLargest(logLikelihoods)]!,
        scores: {
          mc2: trueShare(
            logLikelihoods,
            labels.map((label) => label === 1),
          ),
        },
      };
    },
  });
}
