/** Gates that hold a model against its baseline: `notWorseThan: baseline, margin`.
 *
 *  A one-sided test of non-inferiority at the margin on the same samples, clustered. Not worse is claimed at
 *  alpha = (1 − confidence) / 2 for each gate: a model passes only if all gates do, so the chance that one which
 *  is worse by the margin somewhere passes everywhere stays at alpha (intersection–union, Berger 1982). Worse is
 *  claimed when the p-values, adjusted over all comparisons by Holm, are <= alpha: a model is blocked by its worst
 *  comparison, so those do add up. Of two looks, each step of Holm's procedure splits its own alpha between them
 *  (Ye et al. 2013, Stat. Med. 32:1112). */
import { holm } from '../stats/multiplicity.ts';
import { grownPairs, pairedDifference, type PairedDifference } from '../stats/paired.ts';
import { minimumDetectableEffect } from '../stats/power-mean.ts';
import { mean } from '../stats/interval.ts';
import type { Summary } from './aggregate.ts';
import type { Finding } from './absolute.ts';
import { pair } from './evidence.ts';
import type { Tolerance } from './gates-file.ts';
import { levelAt, lookInWords, SECOND_TO_COME, type GateLook } from './looks.ts';
import { scoreRange } from './score-range.ts';
import { pairAtWorst } from './worst-case.ts';
import { CLUSTERS_THAT_SHOW_A_TAIL } from '../stats/tail.ts';
import { growthToSettle, WITH_POWER } from './growth.ts';
import { count, counted, roughly, say, sayer, sayP, tailInWords, unseenInWords } from './words.ts';

export interface Comparison {
  readonly margin: number;
  /** Of value − baseline, turned so that higher is better. */
  readonly difference: PairedDifference;
  /** 1 where higher is better, −1 where lower is. */
  readonly sign: 1 | -1;
  /** Means over the pairs. */
  readonly value: number;
  readonly baseline: number;
  /** Where its test stands in the plan of looks. */
  readonly look: GateLook | null;
  /** Pairs left out: with an error, with a score on one side only, and with none. */
  readonly lost: number;
  readonly oneSided: number;
  readonly undefinedPairs: number;
  /** p on the difference's side of the margin in a larger sample: `grownPairs`. */
  readonly grown: (times: number, unlucky: number) => number;
  /** The difference if all that one side lacks were against the model; null where it lacks nothing. */
  readonly atWorst: PairedDifference | null;
}

/** The comparison, or why there is none. */
export function compare(
  summary: Summary,
  baseline: Summary,
  margin: number,
  options: {
    readonly confidence: number;
    readonly tolerance: Tolerance;
    readonly look: GateLook | null;
    /** The baseline has the digests of the model. */
    readonly sameModel: boolean;
  },
): Comparison | { fault: string } | { tooFew: string } {
  const { spec } = summary;
  if (spec.better === 'neither')
    return { fault: 'neither higher nor lower is better, so it cannot be worse' };
  if (spec.aggregate !== 'mean' && spec.aggregate !== 'proportion') {
    return { fault: `only means and proportions are compared with a baseline, this is a ${spec.aggregate}` };
  }
  if (spec.detector)
    return {
      fault: 'a corrected rate is compared as the detector found it: gate on the rate without correction',
    };
  const pairs = pair(summary, baseline, options.tolerance);
  if ('fault' in pairs) return pairs;
  const sign = spec.better === 'higher' ? 1 : -1;
  const turn = (value: number): number => (sign === 1 ? value : -value);
  // The unit scale shows in the scores as they are, not as turned.
  const range = scoreRange(spec, [...pairs.values, ...pairs.baselineValues]);
  const [values, baselineValues] = [pairs.values.map(turn), pairs.baselineValues.map(turn)];
  const test = {
    confidence: options.confidence,
    margin,
    skewCorrection: true,
    scale: range && range[1] - range[0],
  };
  const difference = pairedDifference(values, baselineValues, { ...test, clusters: pairs.clusters });
  if (!difference)
    return { tooFew: `${counted(pairs.values.length, 'pair')} of one cluster cannot be compared` };
  const { standardError, degreesOfFreedom, n, equal, clusters } = difference;
  const isItself = options.sameModel && equal === n && pairs.lost.length + pairs.oneSided.length === 0;
  if (!range && standardError === 0 && degreesOfFreedom + 1 < CLUSTERS_THAT_SHOW_A_TAIL && !isItself) {
    return {
      tooFew:
        `all ${counted(n, 'difference')} are ${say(sign * difference.value)}, and on a scale without known bounds ` +
        `${counted(clusters, 'independent cluster')} cannot exclude a rare other one: name the metric's range if it has one, ` +
        `or take ${count(CLUSTERS_THAT_SHOW_A_TAIL)} clusters and more`,
    };
  }
  const seen = values.map((value, i) => value - baselineValues[i]!);
  const missing = [...pairs.lost, ...pairs.oneSided];
  const worst = missing.map((each) => pairAtWorst(each, seen, sign, range));
  return {
    margin,
    difference,
    sign,
    look: options.look,
    value: mean(pairs.values),
    baseline: mean(pairs.baselineValues),
    lost: pairs.lost.length,
    oneSided: pairs.oneSided.length,
    undefinedPairs: pairs.undefinedPairs,
    grown: grownPairs(values, baselineValues, { ...test, clusters: pairs.clusters }),
    atWorst:
      worst.length === 0
        ? null
        : pairedDifference(
            [...values, ...worst.map(({ value }) => value)],
            [...baselineValues, ...worst.map(({ baselineValue }) => baselineValue)],
            { ...test, clusters: [...pairs.clusters, ...missing.map(({ cluster }) => cluster)] },
          ),
  };
}

/** Findings in the order of the comparisons.
 *  @param alpha one-sided, over all looks
 *  @param sameModel the baseline has the digests of the model: where all pairs are equal, nothing is left to test */
export function judgeComparisons(
  comparisons: readonly Comparison[],
  alpha: number,
  sameModel: boolean,
): Finding[] {
  const adjusted = holm(comparisons.map(({ difference }) => difference.pWorse));
  const worse = worseComparisons(comparisons, alpha);
  return comparisons.map((comparison, i): Finding => {
    const { difference, look } = comparison;
    const { standardError, degreesOfFreedom, tailStretch: stretch } = difference;
    const level = levelAt(alpha, look).alpha;
    const confidence = 1 - 2 * level;
    const at = lookInWords(look, level);
    const mde =
      standardError > 0
        ? minimumDetectableEffect(standardError, { confidence, degreesOfFreedom, tailStretch: stretch })
        : null;
    if (sameModel && difference.equal === difference.n && comparison.atWorst === null) {
      return {
        outcome: 'pass',
        reason: `the baseline is this very model, and all ${counted(difference.n, 'pair')} are equal`,
        mde,
      };
    }
    const { shown, bound } = describe(comparison);
    if (
      difference.pNotWorse <= level &&
      comparison.atWorst !== null &&
      comparison.atWorst.pNotWorse > level
    ) {
      return {
        outcome: 'inconclusive',
        reason:
          `${shown}, within margin ${bound}, but not surely so had ${missingInWords(comparison).join(' and ')} ` +
          `been the worst (${sayP(comparison.atWorst.pNotWorse)})${comparison.lost > 0 ? '; ask those again in a new run' : ''}`,
        mde,
      };
    }
    if (difference.pNotWorse <= level) {
      return {
        outcome: 'pass',
        reason: `${shown}, ${isSurelyWorse(difference) ? 'so it is worse, but ' : ''}within margin ${bound} (${sayP(difference.pNotWorse)})${at}`,
        mde,
      };
    }
    if (worse[i]!) {
      return {
        outcome: 'fail',
        reason: `${shown}, beyond margin ${bound} (${sayP(adjusted[i]!)})${at}`,
        mde,
      };
    }
    const remedy =
      difference.pWorse <= level
        ? `beyond it alone (${sayP(difference.pWorse)}) but not among ${count(comparisons.length)} comparisons ` +
          `(${sayP(adjusted[i]!)}, Holm)`
        : samplesToSettle(comparison, level);
    return {
      outcome: 'inconclusive',
      reason: `${shown}, ${whyOpen(comparison, level)}; ${look?.look === 1 ? SECOND_TO_COME : remedy}${at}`,
      mde,
    };
  });
}

/** Holm's step-down procedure: of m comparisons left, those are worse whose p is at most the level that alpha / m gives
 *  at their look; with one look, those with an adjusted p of at most alpha. */
function worseComparisons(comparisons: readonly Comparison[], alpha: number): boolean[] {
  const worse = comparisons.map(() => false);
  for (let left = comparisons.length; left > 0; left = worse.filter((each) => !each).length) {
    const found = comparisons.findIndex(
      ({ difference, look }, i) => !worse[i] && difference.pWorse <= levelAt(alpha / left, look).alpha,
    );
    if (found < 0) break;
    worse[found] = true;
  }
  return worse;
}

/** `12 of 200 worse, 3 better, difference −0.041 [−0.062, −0.02]`, in the metric's own direction. */
function describe(comparison: Comparison): { shown: string; bound: string } {
  const { difference, sign, margin, undefinedPairs } = comparison;
  const { value, n, clusters, lower, higher } = difference;
  const { low, high } = rawInterval(difference, sign);
  const edge = -sign * margin;
  const number = sayer(edge, [sign * value, low, high]);
  const grouped = clusters < n ? ` in ${counted(clusters, 'cluster')}` : '';
  const missing = [
    ...missingInWords(comparison),
    ...(undefinedPairs > 0 ? [`${count(undefinedPairs)} undefined`] : []),
  ];
  const beside = missing.length > 0 ? ` (${missing.join(', ')} beside)` : '';
  return {
    shown:
      `${count(lower)} of ${count(n)}${grouped} worse, ${count(higher)} better, ` +
      `difference ${number(sign * value)} [${number(low)}, ${number(high)}]${beside}`,
    bound: say(margin, 8),
  };
}

/** `2 pairs with an error`, `1 pair with a score on one side only`. */
function missingInWords({ lost, oneSided }: Pick<Comparison, 'lost' | 'oneSided'>): string[] {
  return [
    ...(lost > 0 ? [`${counted(lost, 'pair')} with an error`] : []),
    ...(oneSided > 0 ? [`${counted(oneSided, 'pair')} with a score on one side only`] : []),
  ];
}

/** Interval of value − baseline as it stands, whichever direction is better. */
export function rawInterval(difference: PairedDifference, sign: 1 | -1): { low: number; high: number } {
  return sign === 1
    ? { low: difference.low, high: difference.high }
    : { low: -difference.high, high: -difference.low };
}

/** Whether all of the interval lies below 0: a margin may allow a loss, and still a reader wants to know of it. */
function isSurelyWorse({ high }: PairedDifference): boolean {
  return high < 0;
}

/** What the interval says of the margin; where it lies on one side of it, what the sample may not have met is at fault. */
function whyOpen({ difference, margin }: Comparison, level: number): string {
  const bound = say(margin, 8);
  const { low, high, clusters, n, pNotWorse, pWorse } = difference;
  const [missed, side] =
    low > -margin && pNotWorse > level
      ? (['worse', 'within'] as const)
      : high < -margin && pWorse > level
        ? (['better', 'beyond'] as const)
        : [null, null];
  if (missed === null) {
    return isSurelyWorse(difference)
      ? `so it is worse, by less than margin ${bound} or by more`
      : `which could lie on either side of margin ${bound}`;
  }
  const unseen = unseenInWords(clusters, clusters < n ? 'cluster' : 'pair', level);
  return `${side} margin ${bound} as far as it was seen, but ${unseen}, and much ${missed} ones would undo that`;
}

function samplesToSettle({ difference, grown }: Comparison, level: number): string {
  const factor = growthToSettle((times, unlucky) => grown(times, unlucky) <= level);
  if (factor === null)
    return `the difference is so close to the margin that no practical number of samples settles this`;
  const more = Math.max(1, Math.ceil(difference.n * factor) - difference.n);
  const alike =
    difference.equal === difference.n
      ? `all pairs are equal, but ${count(difference.clusters)} independent ones cannot exclude a rare loss; `
      : '';
  const tail = tailInWords(difference, CLUSTERS_THAT_SHOW_A_TAIL);
  return `${alike}${tail}about ${counted(roughly(more), 'more pair')} would settle it ${WITH_POWER} if this is the true difference`;
}
