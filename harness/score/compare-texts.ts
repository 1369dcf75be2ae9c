/** What `harness score --compare` computes: two systems on the same lines, for each score the two values with their
 *  intervals, the paired difference with its interval, and the p-values that the field asks for. Composes scores and
 *  statistics; knows nothing of the command line. */
import { HarnessError } from '../errors.ts';
import { isDeepStrictEqual } from 'node:util';
import type { ScoreDefinition, ScoreOptions } from '../metrics/score-definition.ts';
import { approximateRandomisation, pairedBootstrap } from '../stats/corpus-comparison.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import { pairedDifference } from '../stats/paired.ts';
import { signFlipTest } from '../stats/permutation.ts';
import { clustersOf, corpusOf, type AnyScore, type CorpusScore, type ScoreReason } from './corpus-score.ts';
import type { ScoreLine, ScoreLineField } from './score-lines.ts';
import { missing, scoreTexts, withSchema, type ScoreTable } from './score-texts.ts';

/** Two-sided p-values of "no difference", by the name of the test; null where the test does not apply. */
export type PairedTests = Readonly<Record<string, number | null>>;

export interface ScoreDifference {
  /** Lines on which both systems have the score: all numbers here are of those. */
  readonly n: number;
  readonly model: CorpusScore;
  readonly baseline: CorpusScore;
  /** Model − baseline, with its 95% interval. */
  readonly difference: {
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
  };
  readonly better: ScoreDefinition['better'];
  /** Lines with a lower, a higher and the same score; null for a score that lines alone do not have. */
  readonly lines: { readonly lower: number; readonly higher: number; readonly equal: number } | null;
  readonly p: PairedTests;
}

export interface ScoreComparison {
  readonly comparison: Readonly<Record<string, ScoreDifference>>;
  readonly signatures: ScoreTable['signatures'];
  /** What each test of `p` is. */
  readonly tests: Readonly<Record<string, string>>;
  /** Why a value is null; those of the baseline's own scores carry `baseline.` before the name. */
  readonly reasons: readonly ScoreReason[];
}

export interface Drawing {
  /** Of all draws; sacrebleu's is 12345. */
  readonly seed: number;
  /** Default, as in sacrebleu: 1,000 of the bootstrap, 10,000 of the randomisation. */
  readonly bootstrapDraws?: number;
  readonly randomisationDraws?: number;
}

const BOOTSTRAP_DRAWS = 1000;
const RANDOMISATION_DRAWS = 10_000;
const PERMUTATION_DRAWS = 9999;

function testNames({
  seed,
  bootstrapDraws = BOOTSTRAP_DRAWS,
  randomisationDraws = RANDOMISATION_DRAWS,
}: Drawing): Readonly<Record<string, string>> {
  return {
    bootstrap: `paired bootstrap resampling (Koehn 2004) as sacrebleu 2.6.0|draws:${bootstrapDraws}|seed:${seed}`,
    randomisation: `approximate randomisation (Riezler & Maxwell 2005) as sacrebleu 2.6.0|draws:${randomisationDraws}|seed:${seed}`,
    t: 'paired t, over clusters where lines name them (Miller 2024; CR2)',
    permutation: `sign flips of whole clusters (Good 2005)|draws:${PERMUTATION_DRAWS}, all of up to 2^16|seed:${seed}`,
    mcnemar: 'McNemar, exact; for independent lines',
    mcnemarMidP: 'McNemar, mid-p (Fagerland et al. 2013); for independent lines',
  };
}

/** What belongs to the item and not to the answer: the second system need not repeat it. All else is its own, and what it
 *  leaves out it does not have. */
const SHARED = [
  'references',
  'keywords',
  'language',
  'constraints',
  'schema',
  'source',
  'other',
  'cluster',
] as const satisfies readonly ScoreLineField[];

const isAbsent = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0);

/** The second system's lines with what the first says of the same items.
 *  @throws E_INPUT_INVALID where the two are not about the same items */
export function alignLines(lines: readonly ScoreLine[], others: readonly ScoreLine[]): readonly ScoreLine[] {
  if (lines.length !== others.length) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Two systems are compared on the same lines: ${lines.length} on standard input, ${others.length} in the other file.`,
    );
  }
  return others.map((other, at) => {
    const line = lines[at]!;
    const fields = SHARED.filter(
      (field) => !isAbsent(other[field]) && !isDeepStrictEqual(other[field], line[field]),
    );
    const names = [
      ...(other.id !== undefined && line.id !== undefined && other.id !== line.id ? ['id'] : []),
      ...fields,
    ];
    if (names.length > 0) {
      throw new HarnessError(
        'E_INPUT_INVALID',
        `line ${at + 1}: ${names.join(' and ')} of the two systems differ.`,
        {
          remedy: 'Put both in the same order; the other file may leave out all that is the same for both.',
        },
      );
    }
    const shared = SHARED.filter((field) => line[field] !== undefined);
    return {
      ...other,
      ...(line.id !== undefined && { id: line.id }),
      ...Object.fromEntries(shared.map((field) => [field, line[field]])),
    };
  });
}

/** Two systems by the definitions given.
 *  @param baselineLines as `alignLines` has them */
export async function compareTexts(
  lines: readonly ScoreLine[],
  baselineLines: readonly ScoreLine[],
  definitions: readonly AnyScore[],
  options: ScoreOptions,
  drawing: Drawing,
): Promise<ScoreComparison> {
  const { seed } = drawing;
  const sides = { lines: withSchema(lines, options), baselineLines: withSchema(baselineLines, options) };
  const table = await scoreTexts(lines, definitions, options, seed);
  const baseline = await scoreTexts(baselineLines, definitions, options, seed);
  const comparison: Record<string, ScoreDifference> = {};
  const reasons: ScoreReason[] = [];
  for (const definition of definitions) {
    const { name } = definition;
    const found = compareOne(definition, sides, [table, baseline], options, drawing);
    comparison[name] = found.difference;
    reasons.push(...found.reasons);
  }
  return {
    comparison,
    signatures: table.signatures,
    tests: usedTests(comparison, drawing),
    reasons: [
      ...table.reasons.filter(({ of }) => of === 'row'),
      ...baseline.reasons
        .filter(({ of }) => of === 'row')
        .map((each) => ({ ...each, metric: `baseline.${each.metric}` })),
      ...reasons,
    ],
  };
}

function usedTests(
  comparison: Readonly<Record<string, ScoreDifference>>,
  drawing: Drawing,
): Readonly<Record<string, string>> {
  const used = new Set(Object.values(comparison).flatMap(({ p }) => Object.keys(p)));
  return Object.fromEntries(Object.entries(testNames(drawing)).filter(([name]) => used.has(name)));
}

interface Sides {
  readonly lines: readonly ScoreLine[];
  readonly baselineLines: readonly ScoreLine[];
}

function compareOne(
  definition: AnyScore,
  { lines, baselineLines }: Sides,
  [table, baselineTable]: readonly [ScoreTable, ScoreTable],
  options: ScoreOptions,
  drawing: Drawing,
): { readonly difference: ScoreDifference; readonly reasons: readonly ScoreReason[] } {
  const { name, better } = definition;
  const { seed } = drawing;
  const ofCorpusOnly = 'corpusOnly' in definition;
  const has = (line: ScoreLine, of: ScoreTable, at: number): boolean =>
    ofCorpusOnly ? missing(line, definition) === null : typeof of.rows[at]![name] === 'number';
  const common = lines.flatMap((line, at) =>
    has(line, table, at) && has(baselineLines[at]!, baselineTable, at) ? [at] : [],
  );
  const pick = (from: readonly ScoreLine[]) => common.map((at) => from[at]!);
  const scores = (of: ScoreTable) => (ofCorpusOnly ? [] : common.map((at) => of.rows[at]![name] as number));
  const [own, others] = [pick(lines), pick(baselineLines)];
  const [values, baselineValues] = [scores(table), scores(baselineTable)];
  const model = corpusOf(definition, own, values, options, seed);
  const baseline = corpusOf(definition, others, baselineValues, options, seed);
  const paired =
    'corpus' in definition
      ? compareSums(definition, own, others, options, drawing)
      : compareMeans(definition, own, values, baselineValues, seed);
  const differences = values.map((value, i) => value - baselineValues[i]!);
  const count = (sign: number) => differences.filter((each) => Math.sign(each) === sign).length;
  return {
    difference: {
      n: common.length,
      model: model.corpus,
      baseline: baseline.corpus,
      difference: paired.difference ?? { value: null, low: null, high: null },
      better,
      lines: ofCorpusOnly ? null : { lower: count(-1), higher: count(1), equal: count(0) },
      p: paired.p,
    },
    reasons: [
      ...model.reasons,
      ...baseline.reasons.map((each) => ({ ...each, metric: `baseline.${each.metric}` })),
      ...(paired.reason === null ? [] : [{ metric: name, of: 'interval' as const, reason: paired.reason }]),
    ],
  };
}

interface Paired {
  readonly difference: ScoreDifference['difference'] | null;
  readonly p: PairedTests;
  readonly reason: string | null;
}

const TOO_FEW = 'a difference needs two independent lines that have the score on both sides';

function compareSums(
  { corpus }: ScoreDefinition,
  lines: readonly ScoreLine[],
  baselineLines: readonly ScoreLine[],
  options: ScoreOptions,
  { seed, bootstrapDraws = BOOTSTRAP_DRAWS, randomisationDraws = RANDOMISATION_DRAWS }: Drawing,
): Paired {
  const none = { difference: null, p: { bootstrap: null, randomisation: null }, reason: TOO_FEW };
  if (lines.length < 2) return none;
  const sides = [corpus!.counts(lines, options), corpus!.counts(baselineLines, options)] as const;
  const score = (sums: readonly number[]) => corpus!.value(sums, options);
  const drawn = { ...clustersOf(lines), seed };
  const found = pairedBootstrap(...sides, score, { ...drawn, draws: bootstrapDraws });
  const swapped = approximateRandomisation(...sides, score, { ...drawn, draws: randomisationDraws });
  if (found === null || swapped === null) return none;
  return {
    difference: { value: found.difference, low: found.low, high: found.high },
    p: { bootstrap: found.p, randomisation: swapped.p },
    reason: null,
  };
}

function compareMeans(
  { range: [least, most], proportion }: AnyScore,
  lines: readonly ScoreLine[],
  values: readonly number[],
  baselineValues: readonly number[],
  seed: number,
): Paired {
  const clusters = clustersOf(lines);
  const scale = least === null || most === null ? null : most - least;
  const found = values.length === 0 ? null : pairedDifference(values, baselineValues, { ...clusters, scale });
  const isIndependent = clusters.clusters === undefined || new Set(clusters.clusters).size === lines.length;
  if (found === null) {
    const p = { t: null, permutation: null, ...(proportion && { mcnemar: null, mcnemarMidP: null }) };
    return { difference: null, p, reason: TOO_FEW };
  }
  const differences = values.map((value, i) => value - baselineValues[i]!);
  const test = proportion && isIndependent ? mcnemar(found.lower, found.higher) : null;
  return {
    difference: { value: found.value, low: found.low, high: found.high },
    p: {
      t: found.equal === found.n ? 1 : Math.min(1, 2 * Math.min(found.pNotWorse, found.pWorse)),
      permutation: signFlipTest(differences, { ...clusters, seed, draws: PERMUTATION_DRAWS }).pDifferent,
      ...(proportion && { mcnemar: test?.exact ?? null, mcnemarMidP: test?.midP ?? null }),
    },
    reason: proportion && !isIndependent ? "McNemar's test is of independent lines: use permutation" : null,
  };
}
