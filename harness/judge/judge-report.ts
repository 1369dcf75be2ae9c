/** How good a judge's judgements are: what failed and what they cost, whether votes agree, how often the place
 *  decided, whether people agree, and what the rate of passes is once the judge's errors are counted in.
 *  Knows judgements; knows nothing of how they were made. */
import { proportionInterval } from '../stats/proportion.ts';
import { roganGladen, type Counted } from '../stats/rogan-gladen.ts';
import { cohenKappa, krippendorffAlpha, quadraticKappa, type Agreement } from './agreement.ts';
import type { JudgeCost, PairwiseJudgement, RubricJudgement } from './judge.ts';

/** What of a judgement is counted. */
type Judgement = Omit<RubricJudgement, 'exchanges'> | Omit<PairwiseJudgement, 'exchanges'>;

export interface JudgedItem {
  readonly judgement: Judgement | null;
  /** Code of the error, where there is no judgement. */
  readonly error: string | null;
  /** What a person says, on the judge's scale. */
  readonly human?: number;
  readonly cluster?: string;
}

interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

type CorrectedShare = Omit<Share, 'n'> | { readonly value: null; readonly reason: string };

export interface JudgeReport {
  readonly judged: number;
  /** By code; such lines have no score. */
  readonly errors: Readonly<Record<string, number>>;
  readonly cost: JudgeCost;
  /** Krippendorff's alpha of the votes on a line; absent for one vote. */
  readonly votes?: { readonly alpha: Agreement };
  /** Of comparisons in both orders. */
  readonly position?: {
    /** Lines on which the orders disagreed, in one vote at least. */
    readonly inconsistent: Share;
    /** Votes for one place in both orders, and for a tie in one of them. */
    readonly first: number;
    readonly second: number;
    readonly unstable: number;
  };
  /** Against the people's labels that are there. */
  readonly human?: { readonly same: Share; readonly kappa: Agreement };
  /** Share of lines whose score is `from` or more. */
  readonly passes?: {
    readonly from: number;
    readonly apparent: Share;
    /** Passes found among those of the people, fails found among theirs; null without such labels. */
    readonly sensitivity: Share | null;
    readonly specificity: Share | null;
    /** The rate behind it (Rogan and Gladen 1978). */
    readonly corrected: CorrectedShare;
  };
}

interface ReportOptions {
  readonly mode: 'rubric' | 'pairwise';
  readonly cost: JudgeCost;
  readonly seed: number;
  /** Least score that passes; absent: no rate of passes. */
  readonly passFrom?: number;
}

type Judged = JudgedItem & { readonly judgement: Judgement };
type Labelled = Judged & { readonly human: number };

/** The interval of a proportion over clusters, with what Rogan and Gladen's correction counts with. */
function shareOf(
  items: readonly JudgedItem[],
  holds: (item: JudgedItem) => boolean,
): (Share & { readonly counted: Counted }) | null {
  const values = items.map((item) => (holds(item) ? 1 : 0));
  const interval = proportionInterval(values, clustersOf(items));
  if (interval === null) return null;
  const { value, low, high, n, effectiveN } = interval;
  return { value, low, high, n, counted: { successes: value * effectiveN, trials: effectiveN } };
}

function clustersOf(items: readonly JudgedItem[]): { readonly clusters?: readonly string[] } {
  if (items.every(({ cluster }) => cluster === undefined)) return {};
  return {
    clusters: items.map(({ cluster }, at) => (cluster === undefined ? String(at) : JSON.stringify(cluster))),
  };
}

const plain = ({ value, low, high, n }: Share): Share => ({ value, low, high, n });

const inconsistenciesOf = ({ judgement }: JudgedItem) =>
  judgement !== null && 'inconsistencies' in judgement ? judgement.inconsistencies : [];

function positionOf(judged: readonly Judged[]): JudgeReport['position'] {
  const all = judged.flatMap(inconsistenciesOf);
  const inconsistent = shareOf(judged, (item) => inconsistenciesOf(item).some((each) => each !== null));
  const count = (kind: string) => all.filter((each) => each === kind).length;
  return {
    inconsistent: plain(inconsistent!),
    first: count('first'),
    second: count('second'),
    unstable: count('unstable'),
  };
}

function humanOf(labelled: readonly Labelled[], { mode, seed }: ReportOptions): JudgeReport['human'] {
  // A mean of votes between two steps of the scale is that of the nearer.
  const rounded = (score: number) => (mode === 'rubric' ? Math.round(score) : score);
  const pairs = labelled.map(({ judgement, human }) => [judgement.score, human] as const);
  const kappa = mode === 'rubric' ? quadraticKappa : cohenKappa;
  const same = shareOf(labelled, ({ judgement, human }) => rounded(judgement!.score) === human);
  return { same: plain(same!), kappa: kappa(pairs, { seed, ...clustersOf(labelled) }) };
}

function passesOf(
  judged: readonly Judged[],
  labelled: readonly Labelled[],
  from: number,
): JudgeReport['passes'] {
  const passes = ({ judgement }: JudgedItem) => judgement!.score >= from;
  const apparent = shareOf(judged, passes)!;
  const good = labelled.filter(({ human }) => human >= from);
  const bad = labelled.filter(({ human }) => human < from);
  const sensitivity = shareOf(good, passes);
  const specificity = shareOf(bad, (item) => !passes(item));
  const rates = {
    from,
    apparent: plain(apparent),
    sensitivity: sensitivity && plain(sensitivity),
    specificity: specificity && plain(specificity),
  };
  if (sensitivity === null || specificity === null) {
    const lacking = sensitivity === null ? 'passes' : 'fails';
    return { ...rates, corrected: { value: null, reason: `no line has a person's label that ${lacking}` } };
  }
  const corrected = roganGladen(apparent.counted, sensitivity.counted, specificity.counted);
  return {
    ...rates,
    corrected:
      'reason' in corrected
        ? { value: null, reason: corrected.reason }
        : { value: corrected.value, low: corrected.low, high: corrected.high },
  };
}

/** @param items one a line, errors included */
export function judgeReport(items: readonly JudgedItem[], options: ReportOptions): JudgeReport {
  const judged = items.filter((item): item is Judged => item.judgement !== null);
  const labelled = judged.filter((item): item is Labelled => item.human !== undefined);
  const errors: Record<string, number> = {};
  for (const { error } of items) if (error !== null) errors[error] = (errors[error] ?? 0) + 1;
  const votes = judged.map(({ judgement }) => judgement.votes);
  const level = options.mode === 'rubric' ? 'interval' : 'nominal';
  return {
    judged: judged.length,
    errors,
    cost: options.cost,
    ...(votes.some((each) => each.length > 1) && {
      votes: { alpha: krippendorffAlpha(votes, level, { seed: options.seed, ...clustersOf(judged) }) },
    }),
    ...(options.mode === 'pairwise' && judged.length > 0 && { position: positionOf(judged)! }),
    ...(labelled.length > 0 && { human: humanOf(labelled, options)! }),
    ...(options.passFrom !== undefined &&
      judged.length > 0 && { passes: passesOf(judged, labelled, options.passFrom)! }),
  };
}
