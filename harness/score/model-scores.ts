/** Scores that a model gives: similarity by embeddings, toxicity by a classifier, the verdicts of a judge. Composes
 *  them with lines; an error of the judge is counted, never a score, and too many withhold the score of the corpus. */
import type { Model } from '../../engine/index.ts';
import { classifierSignature, type ToxicityClassifier } from '../classifiers/classifier.ts';
import type { Embedder } from '../embeddings/embedder.ts';
import { semanticSimilarity, similaritySignature } from '../embeddings/similarity.ts';
import { HarnessError } from '../errors.ts';
import {
  Judge,
  judgeByRubric,
  judgePair,
  type JudgeMode,
  type JudgeOptions,
  type PairwiseOptions,
  type RubricOptions,
} from '../judge/judge.ts';
import { judgeReport, type JudgedItem } from '../judge/judge-report.ts';
import { undefinedBecause } from '../metrics/metric-value.ts';
import type { ModelScore, ModelScores, ScoreKind } from './score-catalog.ts';
import type { ScoreLine } from './score-lines.ts';
import { modelScoreKinds } from './score-catalog.ts';

export function similarityScore(embedder: Embedder): ModelScore {
  return {
    ...modelScoreKinds.similarity,
    measure: async (lines) => ({
      values: await semanticSimilarity(lines, embedder),
      signature: similaritySignature(embedder.info),
    }),
  };
}

export function toxicityClassifierScore(classifier: ToxicityClassifier, reference: string): ModelScore {
  return {
    ...modelScoreKinds.toxicityClassifier,
    measure: async (lines) => ({
      values: await classifier.toxicity(lines.map(({ hypothesis }) => hypothesis)),
      signature: `toxicity-classifier|${classifierSignature(reference)}`,
    }),
  };
}

interface Judging extends JudgeOptions {
  /** Judgements in flight at once; default 4. */
  readonly concurrency?: number;
  /** Least score that passes; absent: no rate of passes. */
  readonly passFrom?: number;
  /** Largest share of lines with an error of the judge; above it the corpus has no score. Default 0.1. */
  readonly maxErrors?: number;
}

export type RubricScoreOptions = RubricOptions & Judging;
export type PairwiseScoreOptions = PairwiseOptions & Judging;

type Judgement = NonNullable<JudgedItem['judgement']>;

interface Outcome {
  readonly judgement: Judgement | null;
  readonly error: HarnessError | null;
}

async function outcomeOf(judge: () => Promise<Judgement>): Promise<Outcome> {
  try {
    return { judgement: await judge(), error: null };
  } catch (error) {
    if (error instanceof HarnessError && error.code.startsWith('E_JUDGE_')) return { judgement: null, error };
    throw error;
  }
}

/** Outcomes in the order of the lines, some at once. */
async function judgeAll(
  lines: readonly ScoreLine[],
  judge: (line: ScoreLine) => Promise<Judgement>,
  concurrency: number,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const worker = async () => {
    while (next < lines.length) {
      const at = next++;
      outcomes[at] = await outcomeOf(() => judge(lines[at]!));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lines.length) }, worker));
  return outcomes;
}

function judgeScore(
  mode: JudgeMode,
  range: ScoreKind['range'],
  judge: Judge,
  verdict: (line: ScoreLine) => Promise<Judgement>,
  options: Judging & Partial<RubricOptions>,
): ModelScore {
  const { concurrency = 4, passFrom, maxErrors = 0.1, seed = 0 } = options;
  const measure = async (lines: readonly ScoreLine[]): Promise<ModelScores> => {
    const outcomes = await judgeAll(lines, verdict, concurrency);
    const items = outcomes.map(({ judgement, error }, at) => {
      const { human, cluster } = lines[at]!;
      return {
        judgement,
        error: error?.code ?? null,
        ...(human !== undefined && { human }),
        ...(cluster !== undefined && { cluster }),
      };
    });
    const failed = outcomes.filter(({ error }) => error !== null).length;
    return {
      values: outcomes.map(({ judgement, error }) =>
        judgement === null ? undefinedBecause(`${error!.code}: ${error!.message}`) : judgement.score,
      ),
      signature: judge.signature(mode, options),
      details: judgeReport(items, {
        mode: mode === 'judge.rubric' ? 'rubric' : 'pairwise',
        cost: judge.cost,
        seed,
        ...(passFrom !== undefined && { passFrom }),
      }),
      ...(failed > maxErrors * lines.length && {
        withheld: `the judge failed on ${failed} of ${lines.length} lines, more than a share of ${maxErrors}`,
      }),
    };
  };
  return { ...modelScoreKinds[mode], range, measure };
}

/** Context of a line's text; without a reference the judge sees none. */
const contextOf = ({ source, references }: ScoreLine) => ({
  ...(source !== undefined && { source }),
  references,
});

export function rubricScore(model: Model, options: RubricScoreOptions): ModelScore {
  const { low = 1, high = 5 } = options;
  const judge = new Judge(model, options);
  const verdict = (line: ScoreLine) => judgeByRubric(judge, line.hypothesis, contextOf(line), options);
  return judgeScore('judge.rubric', [low, high], judge, verdict, options);
}

export function pairwiseScore(model: Model, options: PairwiseScoreOptions): ModelScore {
  const judge = new Judge(model, options);
  const verdict = (line: ScoreLine) =>
    judgePair(judge, line.hypothesis, line.other!, contextOf(line), options);
  return judgeScore('judge.pairwise', [0, 1], judge, verdict, options);
}
