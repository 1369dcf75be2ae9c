/** What `harness score` computes: a score of each text, one of the corpus with its interval, and why where there
 *  is none. Composes metrics and statistics; knows nothing of the command line. */
import type { MetricValue } from '../metrics/metric-value.ts';
import type { ScoreDefinition, ScoreOptions } from '../metrics/score-definitions.ts';
import { mean } from '../stats/interval.ts';
import { meanInterval } from '../stats/mean.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import type { ScoreLine } from './score-lines.ts';

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
}

interface Scored {
  readonly values: readonly (number | null)[];
  readonly corpus: CorpusScore;
  readonly reasons: readonly ScoreReason[];
}

const NO_REFERENCES: MetricValue = { value: null, reason: 'the line has no references' };

function scoreRows(
  definition: ScoreDefinition,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
): Pick<Scored, 'values' | 'reasons'> {
  const byReason = new Map<string, number[]>();
  const values = lines.map((line, row) => {
    const missing = definition.needsReferences && line.references.length === 0;
    const value = missing ? NO_REFERENCES : definition.score(line, options);
    if (typeof value === 'number') return value;
    const rows = byReason.get(value.reason);
    if (rows === undefined) byReason.set(value.reason, [row]);
    else rows.push(row);
    return null;
  });
  const reasons = [...byReason].map(([reason, rows]) => ({
    metric: definition.name,
    of: 'row' as const,
    rows,
    reason,
  }));
  return { values, reasons };
}

function clustersOf(lines: readonly ScoreLine[]): readonly string[] | undefined {
  if (lines.every((line) => line.cluster === undefined)) return undefined;
  // A line without a cluster is one by itself; the names cannot meet, JSON's strings being quoted.
  return lines.map((line, at) => (line.cluster === undefined ? String(at) : JSON.stringify(line.cluster)));
}

function corpusValue(
  definition: ScoreDefinition,
  lines: readonly ScoreLine[],
  values: readonly number[],
  options: ScoreOptions,
  seed: number,
): { readonly value: number; readonly interval: { readonly low: number; readonly high: number } | null } {
  const clusters = clustersOf(lines);
  const given = clusters === undefined ? {} : { clusters };
  const { corpus, range } = definition;
  if (corpus === undefined) {
    const [low, high] = range;
    const bounds = low === null || high === null ? {} : { range: [low, high] as const };
    const interval = meanInterval(values, { ...given, ...bounds });
    // A t interval of few texts reaches beyond the scale; no mean does.
    const clip = (bound: number) => Math.min(high ?? Infinity, Math.max(low ?? -Infinity, bound));
    return {
      value: mean(values),
      interval: interval && { low: clip(interval.low), high: clip(interval.high) },
    };
  }
  const segments = lines.map((line) => corpus.counts(line, options));
  const sums = segments[0]!.map((_, part) => segments.reduce((sum, each) => sum + each[part]!, 0));
  const score = (of: readonly number[]) => corpus.value(of, options);
  return { value: score(sums), interval: bootstrapInterval(segments, score, { ...given, seed }) };
}

function scoreOne(
  definition: ScoreDefinition,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
  seed: number,
): Scored {
  const { name } = definition;
  const { values, reasons } = scoreRows(definition, lines, options);
  const scored = lines.filter((_, row) => values[row] !== null);
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) {
    const reason = { metric: name, of: 'corpus' as const, reason: 'no line has the score' };
    return { values, corpus: { value: null, low: null, high: null, n: 0 }, reasons: [...reasons, reason] };
  }
  const { value, interval } = corpusValue(definition, scored, numbers, options, seed);
  const clusters = clustersOf(scored);
  const independent = clusters === undefined ? numbers.length : new Set(clusters).size;
  const why =
    independent < 2
      ? 'an interval needs two independent lines'
      : 'all lines have the same score, on a scale without bounds';
  return {
    values,
    corpus: { value, low: interval?.low ?? null, high: interval?.high ?? null, n: numbers.length },
    reasons: interval === null ? [...reasons, { metric: name, of: 'interval', reason: why }] : reasons,
  };
}

/** Scores of texts by the definitions given. BLEU, chrF and TER of the corpus come from summed counts with a
 *  bootstrap interval, everything else is a mean with a t interval, over clusters where lines name them.
 *  @param seed of the bootstrap */
export function scoreTexts(
  lines: readonly ScoreLine[],
  definitions: readonly ScoreDefinition[],
  options: ScoreOptions = {},
  seed = 0,
): ScoreTable {
  const results = definitions.map((each) => scoreOne(each, lines, options, seed));
  const rows = lines.map((line, row) => ({
    ...(line.id === undefined ? {} : { id: line.id }),
    ...Object.fromEntries(definitions.map(({ name }, at) => [name, results[at]!.values[row]!])),
  }));
  const signatures = definitions.flatMap(({ name, signature, rowSignature, needsReferences }) => {
    const scored = needsReferences ? lines.filter((line) => line.references.length > 0) : lines;
    const own: [string, string][] = [[name, signature(scored, options)]];
    const ofRows = rowSignature?.(scored, options);
    if (ofRows !== undefined && ofRows !== own[0]![1]) own.push([`rows.${name}`, ofRows]);
    return own;
  });
  return {
    rows,
    corpus: Object.fromEntries(definitions.map(({ name }, at) => [name, results[at]!.corpus])),
    signatures: Object.fromEntries(signatures),
    reasons: results.flatMap(({ reasons }) => reasons),
  };
}
