/** A judge for an author's test: a model that grades one answer, or prefers one of two. */
import { Judge, judgeByRubric, judgePair, type JudgeOptions, type RubricJudgement } from '../judge/judge.ts';
import type { PairwiseJudgement, PairwiseOptions, RubricOptions } from '../judge/judge.ts';
import { openModel } from '../models/open-model.ts';

/** What the judge is told of the question. */
export interface AskedContext {
  readonly asked?: string;
  readonly references?: readonly string[];
}

export interface AuthorJudge {
  /** Grade of an answer by a rubric, on the rubric's scale (1 to 5).
   *  @throws HarnessError E_JUDGE_UNPARSEABLE, E_JUDGE_FAILED: a reply that cannot be read is no grade */
  grade(answer: string, options: RubricOptions & AskedContext): Promise<RubricJudgement>;
  /** Whether the answer is preferred to the other, asked in both orders: 1 yes, 0 no, 0.5 neither. */
  prefer(answer: string, other: string, options?: PairwiseOptions & AskedContext): Promise<PairwiseJudgement>;
  close(): Promise<void>;
}

/** @param reference of the model that judges */
export async function openAuthorJudge(reference: string, options: JudgeOptions = {}): Promise<AuthorJudge> {
  const model = await openModel(reference);
  const judge = new Judge(model, options);
  const context = ({ asked, references = [] }: AskedContext) => ({
    ...(asked !== undefined && { source: asked }),
    references,
  });
  return {
    grade: (answer, asked) => judgeByRubric(judge, answer, context(asked), asked),
    prefer: (answer, other, asked = {}) => judgePair(judge, answer, other, context(asked), asked),
    close: () => model.close(),
  };
}
