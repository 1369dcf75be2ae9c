/** Scoring: how answers are scored and what metrics follow, as one value. By name from the table that `harness score`
 *  lists, or a function of the author's.
 *  Knows one score at a time; knows nothing of datasets or files. */
import { HarnessError } from '../errors.ts';
import type { ScoreDefinition, ScoreOptions } from '../metrics/score-definition.ts';
import { scoreDefinitions } from '../metrics/score-definitions.ts';
import { isObject, isTexts } from '../tasks/json-lines.ts';
import { nearest } from '../tasks/nearest.ts';
import type { Score, Scorer, ScorerInput } from '../tasks/task.ts';
import type { MetricSpec } from '../../reports/report-data.ts';

export interface Scoring {
  readonly scorer: Scorer;
  /** Signatures without what the task adds: how answers were sampled. */
  readonly metrics: readonly MetricSpec[];
}

/** What a task knows of a text; scores that need more are for `harness score`. */
const OFFERED = new Set<string>(['hypothesis', 'references', 'keywords', 'schema']);

const offered: readonly ScoreDefinition[] = scoreDefinitions.filter(
  ({ needs, corpusOnly }) => !corpusOnly && needs.every((field) => OFFERED.has(field)),
);

/** Names that a task may give in `scorers`. */
export const scoreNames: readonly string[] = offered.map(({ name }) => name);

export type Aggregate = MetricSpec['aggregate'];

export interface NamedScoringOptions {
  /** Only samples with this tag; the metric is then called `score.tag`. */
  readonly tag?: string;
  /** Default: a proportion for scores of 0 or 1, else the mean. */
  readonly aggregate?: Aggregate;
  /** Of the score, in the references' terms: `{ bleu: { tokenize: 'zh' } }`. */
  readonly options?: ScoreOptions;
  /** JSON Schema for `jsonSchema`, where samples have none in `metadata.schema`. */
  readonly schema?: unknown;
}

/** Samples of one dataset may have one reference or several. */
const VARIABLE = [
  { hypothesis: '', keywords: [], references: ['one'] },
  { hypothesis: '', keywords: [], references: ['one', 'two'] },
];

/** @throws HarnessError E_TASK_INVALID for a name that no score has */
export function namedScoring(name: string, settings: NamedScoringOptions = {}): Scoring {
  const definition = offered.find((each) => each.name === name);
  if (!definition) throw unknownScore(name);
  const { options = {}, tag, schema } = settings;
  const aggregate = settings.aggregate ?? (definition.proportion ? 'proportion' : 'mean');
  const [low, high] = definition.range;
  const spec: MetricSpec = {
    metric: metricName(name, aggregate, tag),
    score: name,
    aggregate,
    better: definition.better,
    range: low === null || high === null ? null : [low, high],
    ...(tag !== undefined && { tag }),
    signature: (definition.rowSignature ?? definition.signature)(VARIABLE, options),
  };
  return { scorer: (input) => ({ [name]: scoreOf(definition, input, options, schema) }), metrics: [spec] };
}

function unknownScore(name: string): HarnessError {
  const known = scoreDefinitions.some((each) => each.name === name);
  const close = nearest(name, scoreNames);
  const why = known
    ? 'needs more than a text and its references; compute it with harness score'
    : `is not known${close === null ? '' : `; did you mean ${close}?`}`;
  return new HarnessError('E_TASK_INVALID', `The score ${JSON.stringify(name)} ${why}`);
}

function metricName(score: string, aggregate: Aggregate, tag: string | undefined): string {
  const suffix = aggregate === 'mean' || aggregate === 'proportion' ? '' : `.${aggregate}`;
  return `${score}${suffix}${tag === undefined ? '' : `.${tag}`}`;
}

function scoreOf(
  { needs, score }: ScoreDefinition,
  { sample, output }: ScorerInput,
  options: ScoreOptions,
  schema: unknown,
): Score {
  const { keywords, schema: ownSchema } = sample.metadata ?? {};
  const text = {
    hypothesis: output,
    references: sample.references ?? [],
    keywords: isTexts(keywords) ? keywords : [],
    schema: ownSchema ?? schema,
  };
  const lacking = needs.filter((field) => {
    const value = text[field as keyof typeof text];
    return field !== 'hypothesis' && (value === undefined || (Array.isArray(value) && value.length === 0));
  });
  if (lacking.length > 0) return { value: null, reason: `the sample has no ${lacking.join(' and no ')}` };
  const value = score(text, options);
  return typeof value === 'number' ? value : { value: null, reason: value.reason };
}

export interface OwnScoringOptions {
  /** Default: proportion where `range` is absent or [0, 1] and scores are yes or no, said by `aggregate: 'proportion'`;
   *  else mean. */
  readonly aggregate?: Aggregate;
  /** Default higher. */
  readonly better?: MetricSpec['better'];
  /** Ends of the scale; null where it has none. Default: [0, 1] where all scores lie there and have no unit. */
  readonly range?: readonly [number, number] | null;
  readonly tag?: string;
  readonly unit?: string;
  /** Of the computation: a change of it is a change of the measurement. Default 1. */
  readonly version?: number;
}

/** A score of the author's: `scoring('polite', ({ output }) => /please/i.test(output), { aggregate: 'proportion' })`.
 *  @param measure a number; true for 1 and false for 0; or null with the reason why there is no score */
export function scoring(
  name: string,
  measure: (input: ScorerInput) => Score | boolean | Promise<Score | boolean>,
  options: OwnScoringOptions = {},
): Scoring {
  if (!/^\w+$/.test(name)) {
    throw new HarnessError('E_TASK_INVALID', `The score ${JSON.stringify(name)} is no name`, {
      remedy: 'Use letters, digits and underscores.',
    });
  }
  const { aggregate = 'mean', better = 'higher', range, tag, unit, version = 1 } = options;
  const spec: MetricSpec = {
    metric: metricName(name, aggregate, tag),
    score: name,
    aggregate,
    better,
    ...(range !== undefined && { range }),
    ...(tag !== undefined && { tag }),
    ...(unit !== undefined && { unit }),
    signature: `${name}|own|v${version}`,
  };
  const scorer: Scorer = async (input) => {
    const score = await measure(input);
    if (!(typeof score === 'number' || typeof score === 'boolean' || isObject(score))) {
      throw new HarnessError('E_TASK_INVALID', `The score ${name} is ${JSON.stringify(score)}, not a number`);
    }
    return { [name]: typeof score === 'boolean' ? Number(score) : score };
  };
  return { scorer, metrics: [spec] };
}
