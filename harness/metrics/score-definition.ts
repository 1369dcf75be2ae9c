/** What a score is called, means and needs: the form of a row of score-definitions.ts. */
import type { BleuOptions } from './bleu.ts';
import type { CalibrationOptions } from './calibration.ts';
import type { ChrfOptions } from './chrf.ts';
import type { Constraint } from './instruction-constraints.ts';
import type { JsonOptions } from './json-output.ts';
import type { MetricValue } from './metric-value.ts';
import type { NumericOptions } from './numeric-match.ts';
import type { ReadabilityOptions } from './readability.ts';
import type { RougeOptions } from './rouge.ts';
import type { TerOptions } from './ter.ts';

/** A text and what is known of it; a score names the fields that it needs. */
export interface ScoredText {
  /** Empty where there is none. */
  readonly hypothesis: string;
  /** Empty where there are none. */
  readonly references: readonly string[];
  /** Words that the text should hold; empty where there are none. */
  readonly keywords: readonly string[];
  /** Language in which the text should be, by ISO 639-1. */
  readonly language?: string;
  /** What the text was told to be like. */
  readonly constraints?: readonly Constraint[];
  /** JSON Schema that the text should match. */
  readonly schema?: unknown;
  /** Natural logarithms of the probabilities of the text's tokens. */
  readonly logprobs?: readonly number[];
  /** Probability, as the model states it, that the text is right. */
  readonly confidence?: number;
  /** Whether it is. */
  readonly correct?: boolean;
  /** Answers made to a problem, and how many of them passed. */
  readonly samples?: number;
  readonly passed?: number;
}

export type ScoreField = keyof ScoredText;

export interface ScoreOptions {
  readonly bleu?: BleuOptions;
  readonly chrf?: ChrfOptions;
  readonly ter?: TerOptions;
  readonly rouge?: RougeOptions;
  readonly readability?: ReadabilityOptions;
  readonly numeric?: NumericOptions;
  readonly json?: JsonOptions & { readonly schema?: object };
  readonly passAtK?: { readonly k?: number };
  readonly ece?: CalibrationOptions;
}

/** Where the score of a corpus is made of sums over texts. */
export interface AdditiveScore {
  /** (n, parts): what each text adds. */
  readonly counts: (texts: readonly ScoredText[], options: ScoreOptions) => readonly (readonly number[])[];
  readonly value: (sums: readonly number[], options: ScoreOptions) => number;
  /** Where a perfect model's score is above 0 by chance: what it would be in a draw of outcomes, so that a score no
   *  larger than chance's has 0 within its interval. */
  readonly byChance?: (
    texts: readonly ScoredText[],
    options: ScoreOptions,
    /** A number in [0, 1) for each text; the same for texts of a cluster. */
    uniforms: readonly number[],
  ) => number;
}

export interface ScoreDefinition {
  readonly name: string;
  readonly title: string;
  /** Null for unbounded. */
  readonly range: readonly [low: number | null, high: number | null];
  readonly better: 'higher' | 'lower' | 'neither';
  /** Each text's score is 0 or 1: the corpus has the interval of a proportion. */
  readonly proportion?: true;
  /** Fields without which a text has no score. */
  readonly needs: readonly ScoreField[];
  readonly citation: string;
  /** The score of one text. @throws E_INPUT_INVALID without the fields it needs */
  readonly score: (text: ScoredText, options: ScoreOptions) => MetricValue;
  /** Absent where the score of a corpus is the mean of its texts' scores. */
  readonly corpus?: AdditiveScore;
  /** A text alone has no such score: `score` says why. */
  readonly corpusOnly?: true;
  /** More of the corpus than a number, such as the bins of a picture. */
  readonly details?: (texts: readonly ScoredText[], options: ScoreOptions) => unknown;
  /** What exactly was computed. @param texts only how many references each has counts */
  readonly signature: (texts: readonly ScoredText[], options: ScoreOptions) => string;
  /** Of the scores of single texts, where that differs. */
  readonly rowSignature?: (texts: readonly ScoredText[], options: ScoreOptions) => string;
}
