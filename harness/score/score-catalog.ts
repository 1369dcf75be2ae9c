/** All that `harness score` can compute: metrics, which are functions of a line, and scores that a model gives. */
import type { MetricValue } from '../metrics/metric-value.ts';
import type { ScoreDefinition } from '../metrics/score-definition.ts';
import { scoreDefinitions } from '../metrics/score-definitions.ts';
import type { ScoreLine, ScoreLineField } from './score-lines.ts';

/** What a model made of the lines that have what the score needs. */
export interface ModelScores {
  /** One a line, in their order. */
  readonly values: readonly MetricValue[];
  readonly signature: string;
  readonly details?: unknown;
  /** Why the corpus has no score, though lines have. */
  readonly withheld?: string;
}

/** A score that takes a model: asked for all lines at once. */
export interface ModelScore extends Pick<
  ScoreDefinition,
  'name' | 'title' | 'range' | 'better' | 'proportion' | 'citation'
> {
  readonly needs: readonly ScoreLineField[];
  readonly measure: (lines: readonly ScoreLine[]) => Promise<ModelScores>;
}

export type ScoreKind = Omit<ModelScore, 'measure'>;

/** What scores that take a model are called, mean and need. */
export const modelScoreKinds = {
  similarity: {
    name: 'similarity',
    title: 'Cosine of sentence embeddings',
    range: [-1, 1],
    better: 'higher',
    needs: ['hypothesis', 'references'],
    citation: 'Reimers and Gurevych 2019; Cer et al. 2018 (Universal Sentence Encoder Lite)',
  },
  toxicityClassifier: {
    name: 'toxicityClassifier',
    title: 'Toxicity by a classifier of yours',
    range: [0, 1],
    better: 'lower',
    needs: ['hypothesis'],
    citation: 'a classifier of yours: an ONNX folder or an endpoint',
  },
  'judge.rubric': {
    name: 'judge.rubric',
    title: 'Score of a judge by --rubric, judge.low to .high',
    range: [1, 5],
    better: 'higher',
    needs: ['hypothesis'],
    citation: 'Zheng et al. 2023; Krippendorff 2011, Cohen 1968, Rogan and Gladen 1978',
  },
  'judge.pairwise': {
    name: 'judge.pairwise',
    title: 'Judge prefers it to the other, both orders',
    range: [0, 1],
    better: 'higher',
    needs: ['hypothesis', 'other'],
    citation: 'Zheng et al. 2023; Krippendorff 2011, Cohen 1960, Rogan and Gladen 1978',
  },
} as const satisfies Record<string, ScoreKind>;

/** Everything, in the order in which it is listed. */
export const scoreCatalog: readonly ScoreKind[] = [...scoreDefinitions, ...Object.values(modelScoreKinds)];
