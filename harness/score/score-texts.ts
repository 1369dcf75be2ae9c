/** What `harness score` computes: a score of each text, one of the corpus with its interval, and why where there
 *  is none. Composes metrics and statistics; knows nothing of the command line or of models. */
import type { MetricValue } from '../metrics/metric-value.ts';
import type { ScoreDefinition, ScoreOptions } from '../metrics/score-definition.ts';
import { MersenneTwister } from '../data/random.ts';
import { mean } from '../stats/interval.ts';
import { meanInterval } from '../stats/mean.ts';
import { proportionInterval } from '../stats/proportion.ts';
import { quantile } from '../stats/quantile.ts';
import { bootstrapOfSums } from '../stats/bootstrap.ts';
import type { ModelScore } from './score-catalog.ts';
import type { ScoreLine, ScoreLineField } from './score-lines.ts';

export interface CorpusScore {
  readonly value: number | null;
  /** 95% interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Texts that have the score. */
  readonly n: number;
}

/** Why a value is null. */
export interface ScoreReason {
  readonly metric: string;
  readonly of: 'row' | 'corpus' | 'interval';
  /** Rows it holds for, from 0. */
  readonly rows?: readonly number[];
  readonly reason: string;
}

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

type AnyScore = ScoreDefinition | ModelScore;

interface Scored {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly corpus: CorpusScore;
  readonly signatures: Readonly<Record<string, string>>;
  readonly reasons: readonly ScoreReason[];
  readonly details: unknown;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

function lacks(line: ScoreLine, field: ScoreLineField): boolean {
  const value = line[field];
  // An empty text is a text.
  return value === undefined || (field !== 'hypothesis' && Array.isArray(value) && value.length === 0);
}

/** Why a line has no score before it is asked for. */
function missing(line: ScoreLine, { needs }: AnyScore): string | null {
  const lacking = needs.filter((field) => lacks(line, field));
  return lacking.length === 0 ? null : `the line has no ${lacking.join(' and no ')}`;
}

function clustersOf(lines: readonly ScoreLine[]): { readonly clusters?: readonly string[] } {
  if (lines.every((line) => line.cluster === undefined)) return {};
  // A line without a cluster is one by itself; the names cannot meet, JSON's strings being quoted.
  return {
    clusters: lines.map((line, at) =>
      line.cluster === undefined ? String(at) : JSON.stringify(line.cluster),
    ),
  };
}

/** Of a mean: that of a proportion for 0/1 scores, else Student's, which is cut at the ends of the scale. */
function intervalOfMean(
  { range: [least, most], proportion }: AnyScore,
  values: readonly number[],
  clusters: { readonly clusters?: readonly string[] },
): Bounds | null {
  if (proportion) return proportionInterval(values, clusters);
  const range = least === null || most === null ? {} : { range: [least, most] as const };
  return clipped(meanInterval(values, { ...clusters, ...range }), least, most);
}

/** The interval within the scale: one of few texts may reach beyond it, no value does. */
function clipped(interval: Bounds | null, least: number | null, most: number | null): Bounds | null {
  const clip = (bound: number) => Math.min(most ?? Infinity, Math.max(least ?? -Infinity, bound));
  return interval && { low: clip(interval.low), high: clip(interval.high) };
}

function additive(
  { corpus, range }: ScoreDefinition,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
  seed: number,
): { readonly value: number; readonly interval: Bounds | null } {
  const segments = corpus!.counts(lines, options);
  const sums = segments[0]!.map((_, part) => segments.reduce((sum, each) => sum + each[part]!, 0));
  const score = (of: readonly number[]) => corpus!.value(of, options);
  const value = score(sums);
  const clusters = clustersOf(lines);
  const interval = corpus!.byChance
    ? biasedInterval(value, segments, score, clusters, seed, (uniforms) =>
        corpus!.byChance!(lines, options, uniforms),
      )
    : bootstrapOfSums(segments, score, { ...clusters, seed });
  // Where every draw gives one score, the draws tell nothing of how far off it is.
  if (interval !== null && interval.low === interval.high) return { value, interval: null };
  return { value, interval: clipped(interval, ...range) };
}

const CHANCE_DRAWS = 400;

/** Interval of a score that chance alone makes larger than the truth, and resampling larger once more, so that
 *  percentiles cover nothing. Mirrored about the value (Davison and Hinkley 1997, section 5.2) at 99%, from 0 where the
 *  value is no larger than 97.5% of what chance makes of a perfect model (Vaicenavicius et al. 2019, consistency
 *  resampling), and to the value at least. Simulated for calibration: ECE-INTERVAL.md. */
function biasedInterval(
  value: number,
  segments: readonly (readonly number[])[],
  score: (sums: readonly number[]) => number,
  clusters: { readonly clusters?: readonly string[] },
  seed: number,
  byChance: (uniforms: readonly number[]) => number,
): Bounds | null {
  const mirrored = bootstrapOfSums(segments, score, {
    ...clusters,
    seed,
    confidence: 0.99,
    method: 'basic',
  });
  if (mirrored === null) return null;
  const names = clusters.clusters ?? segments.map((_, at) => String(at));
  const random = new MersenneTwister(seed);
  const chance = Float64Array.from({ length: CHANCE_DRAWS }, () => {
    const drawn = new Map<string, number>();
    for (const name of names) if (!drawn.has(name)) drawn.set(name, random.random());
    return byChance(names.map((name) => drawn.get(name)!));
  }).sort();
  const low = value <= quantile(chance, 0.975) ? 0 : mirrored.low;
  return { low: Math.min(low, value), high: Math.max(mirrored.high, value) };
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

function whyNoInterval(definition: AnyScore, lines: readonly ScoreLine[]): string {
  const { clusters } = clustersOf(lines);
  const independent = clusters === undefined ? lines.length : new Set(clusters).size;
  if (independent < 2) return 'an interval needs two independent lines';
  return 'corpus' in definition
    ? 'whichever lines are drawn, the score is the same'
    : 'all lines have the same score, on a scale without bounds';
}

function noCorpus(
  metric: string,
  n: number,
  reason: string,
): { readonly corpus: CorpusScore; readonly reasons: readonly ScoreReason[] } {
  return { corpus: { value: null, low: null, high: null, n }, reasons: [{ metric, of: 'corpus', reason }] };
}

/** The score of the corpus of lines that have one. */
function corpusOf(
  definition: AnyScore,
  lines: readonly ScoreLine[],
  values: readonly number[],
  options: ScoreOptions,
  seed: number,
): ReturnType<typeof noCorpus> {
  const { name: metric } = definition;
  if (lines.length === 0) return noCorpus(metric, 0, 'no line has the score');
  const { value, interval } =
    'corpus' in definition
      ? additive(definition, lines, options, seed)
      : { value: mean(values), interval: intervalOfMean(definition, values, clustersOf(lines)) };
  if (!Number.isFinite(value)) return noCorpus(metric, lines.length, 'the value is too large for a number');
  return {
    corpus: { value, low: interval?.low ?? null, high: interval?.high ?? null, n: lines.length },
    reasons: interval === null ? [{ metric, of: 'interval', reason: whyNoInterval(definition, lines) }] : [],
  };
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
  const schema = options.json?.schema;
  const complete =
    schema === undefined
      ? lines
      : lines.map((line) => (line.schema === undefined ? { ...line, schema } : line));
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
