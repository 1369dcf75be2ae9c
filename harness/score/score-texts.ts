/** What `harness score` computes: a score of each text, one of the corpus with its interval, and why where there
 *  is none. Composes metrics and statistics; knows nothing of the command line or of models. */
import type { MetricValue } from '../metrics/metric-value.ts';
import type { ScoreDefinition, ScoreOptions } from '../metrics/score-definition.ts';
import { corpusOf, noCorpus, type AnyScore, type CorpusScore, type ScoreReason } from './corpus-score.ts';
import type { ScoreLine, ScoreLineField } from './score-lines.ts';

export interface ScoreTable {
  /** Score by name, in the order of the texts; `id` where a text has one. */
  readonly rows: readonly Readonly<Record<string, number | string | null>>[];
  readonly corpus: Readonly<Record<string, CorpusScore>>;
  /** What exactly was computed; `rows.<name>` where a row's score is not computed as the corpus's is. */
  readonly signatures: Readonly<Record<string, string>>;
  readonly reasons: readonly ScoreReason[];
  /** By score: more of the corpus than a number, such as the bins of `ece`; absent where there is none. */
  readonly details?: Readonly<Record<string, unknown>>;
}

interface Scored {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly corpus: CorpusScore;
  readonly signatures: Readonly<Record<string, string>>;
  readonly reasons: readonly ScoreReason[];
  readonly details: unknown;
}

function lacks(line: ScoreLine, field: ScoreLineField): boolean {
  const value = line[field];
  // An empty text is a text.
  return value === undefined || (field !== 'hypothesis' && Array.isArray(value) && value.length === 0);
}

/** Why a line has no score before it is asked for. */
export function missing(line: ScoreLine, { needs }: AnyScore): string | null {
  const lacking = needs.filter((field) => lacks(line, field));
  return lacking.length === 0 ? null : `the line has no ${lacking.join(' and no ')}`;
}

/** Values of rows and the reasons of those that have none. */
function collect(name: string, scores: readonly MetricValue[]): Pick<Scored, 'values' | 'reasons'> {
  const byReason = new Map<string, number[]>();
  const values = scores.map((score, row) => {
    if (typeof score === 'number') return score;
    const rows = byReason.get(score.reason);
    if (rows === undefined) byReason.set(score.reason, [row]);
    else rows.push(row);
    return null;
  });
  const reasons = [...byReason].map(([reason, rows]) => ({ metric: name, of: 'row' as const, rows, reason }));
  return { values, reasons };
}

/** Scores of the lines that have what the score needs, in their order. */
async function compute(
  definition: AnyScore,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
): Promise<
  Pick<Scored, 'signatures' | 'details'> & {
    readonly scores: readonly MetricValue[];
    readonly withheld?: string | undefined;
  }
> {
  if ('measure' in definition) {
    const { values, signature, details, withheld } = await definition.measure(lines);
    return { scores: values, signatures: { [definition.name]: signature }, details, withheld };
  }
  return {
    scores: lines.map((line) => definition.score(line, options)),
    signatures: signaturesOf(definition, lines, options),
    details: lines.length === 0 ? undefined : definition.details?.(lines, options),
  };
}

async function scoreOne(
  definition: AnyScore,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
  seed: number,
): Promise<Scored> {
  const { name } = definition;
  const lacking = lines.map((line) => missing(line, definition));
  const complete = lines.filter((_, row) => lacking[row] === null);
  const { scores, signatures, details, withheld } = await compute(definition, complete, options);
  let next = 0;
  const { values, reasons } = collect(
    name,
    lacking.map((reason) => (reason === null ? scores[next++]! : { value: null, reason })),
  );
  const scored = 'corpusOnly' in definition ? complete : lines.filter((_, row) => values[row] !== null);
  const numbers = values.filter((value) => value !== null);
  const whole =
    withheld === undefined
      ? corpusOf(definition, scored, numbers, options, seed)
      : noCorpus(name, numbers.length, withheld);
  return { name, values, corpus: whole.corpus, signatures, reasons: [...reasons, ...whole.reasons], details };
}

function signaturesOf(
  { name, signature, rowSignature }: ScoreDefinition,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
): Readonly<Record<string, string>> {
  const own = signature(lines, options);
  const ofRows = rowSignature?.(lines, options) ?? own;
  return ofRows === own ? { [name]: own } : { [name]: own, [`rows.${name}`]: ofRows };
}

/** Lines with the schema of the options where they have none of their own. */
export function withSchema(lines: readonly ScoreLine[], options: ScoreOptions): readonly ScoreLine[] {
  const schema = options.json?.schema;
  if (schema === undefined) return lines;
  return lines.map((line) => (line.schema === undefined ? { ...line, schema } : line));
}

/** Scores of texts by the definitions given. BLEU, chrF, TER, perplexity and calibration of the corpus come from
 *  summed counts with a bootstrap interval; shares of 0/1 scores have a proportion's, all other means Student's, over
 *  clusters where lines name them.
 *  @param seed of the bootstrap */
export async function scoreTexts(
  lines: readonly ScoreLine[],
  definitions: readonly AnyScore[],
  options: ScoreOptions = {},
  seed = 0,
): Promise<ScoreTable> {
  const complete = withSchema(lines, options);
  const results: Scored[] = [];
  for (const each of definitions) results.push(await scoreOne(each, complete, options, seed));
  const details = results.filter((each) => each.details !== undefined);
  return {
    rows: lines.map((line, row) => ({
      ...(line.id === undefined ? {} : { id: line.id }),
      ...Object.fromEntries(results.map(({ name, values }) => [name, values[row]!])),
    })),
    corpus: Object.fromEntries(results.map(({ name, corpus }) => [name, corpus])),
    signatures: Object.assign({}, ...results.map(({ signatures }) => signatures)) as ScoreTable['signatures'],
    reasons: results.flatMap(({ reasons }) => reasons),
    ...(details.length > 0 && {
      details: Object.fromEntries(details.map(({ name, details: more }) => [name, more])),
    }),
  };
}
