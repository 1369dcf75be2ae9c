/** Scorers by a judge: a language model grades each answer of a task. An error of the judge is the sample's error,
 *  under its own code (E_JUDGE_…), so that gates count it apart; it is never a score. */
import type { Model } from '../../engine/index.ts';
import {
  Judge,
  judgeByRubric,
  judgePair,
  type JudgeOptions,
  type PairwiseOptions,
  type RubricOptions,
} from '../judge/judge.ts';
import { openModel } from '../models/open-model.ts';
import type { Sample, Scorer } from '../tasks/task.ts';

/** A model reference, or a model that somebody else closes. */
export type JudgeModel = string | Model;

export type JudgeScorer = Scorer & {
  /** What exactly is computed; opens the model. For the `signature` of a task's metric. */
  readonly signature: () => Promise<string>;
};

/** Opened at the first answer, for as long as the process lives: a task has no end of its own. */
function opened(model: JudgeModel, options: JudgeOptions): () => Promise<Judge> {
  let judge: Promise<Judge> | undefined;
  const open = async () => new Judge(typeof model === 'string' ? await openModel(model) : model, options);
  return () => (judge ??= open());
}

/** The prompt; of a chat, its only message, or all of them with their roles. */
function sourceOf({ prompt, messages }: Sample): { readonly source?: string } {
  if (prompt !== undefined) return { source: prompt };
  if (messages === undefined) return {};
  const alone = messages.length === 1;
  return {
    source: messages.map(({ role, content }) => (alone ? content : `${role}: ${content}`)).join('\n\n'),
  };
}

const contextOf = (sample: Sample) => ({ ...sourceOf(sample), references: sample.references ?? [] });

/** `judgeRubric` on the rubric's scale: the mean of the votes. */
export function rubricJudgeScorer(model: JudgeModel, options: RubricOptions & JudgeOptions): JudgeScorer {
  const judge = opened(model, options);
  const scorer: Scorer = async ({ sample, output }) => {
    const { score, exchanges } = await judgeByRubric(await judge(), output, contextOf(sample), options);
    return { judgeRubric: { value: score, judge: exchanges } };
  };
  return Object.assign(scorer, { signature: async () => (await judge()).signature('judge.rubric', options) });
}

/** `judgePairwise` in [0, 1] against `metadata.other`, an answer to compare with; null for a sample that has none. */
export function pairwiseJudgeScorer(
  model: JudgeModel,
  options: PairwiseOptions & JudgeOptions = {},
): JudgeScorer {
  const judge = opened(model, options);
  const scorer: Scorer = async ({ sample, output }) => {
    const other = sample.metadata?.['other'];
    if (typeof other !== 'string') {
      return { judgePairwise: { value: null, reason: 'the sample has no text metadata.other' } };
    }
    const { score, exchanges } = await judgePair(await judge(), output, other, contextOf(sample), options);
    return { judgePairwise: { value: score, judge: exchanges } };
  };
  return Object.assign(scorer, {
    signature: async () => (await judge()).signature('judge.pairwise', options),
  });
}
