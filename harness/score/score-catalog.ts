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

/** Names, ranges and needs of everything, in the order in which it is listed. */
export const scoreCatalog: readonly ScoreKind[] = [...scoreDefinitions];
