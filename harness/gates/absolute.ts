/** Gates that hold a metric against a number: `atLeast`, `atMost`, `always`.
 *  Judged by the bound of the interval: it passes when all of it is on the right side, fails when all of it is on
 *  the wrong side, and is inconclusive when it holds the threshold. */
import { minimumDetectableEffect } from '../stats/power-mean.ts';
import { gateInterval, wilsonInterval } from '../stats/proportion.ts';
import { observationsForBound } from '../stats/quantile.ts';
import type { GateOutcome } from '../../reports/report-data.ts';
import { quantileOf, type Summary } from './aggregate.ts';
import { errorsInWords } from './error-classes.ts';
import { lookInWords, SECOND_TO_COME, type GateLook } from './looks.ts';
import { CLUSTERS_THAT_SHOW_IT_IN_NOISE, meanTailStretch, narrowing } from '../stats/tail.ts';
import { growthUntil } from './growth.ts';
import { count, counted, roughly, say, sayer, tailInWords } from './words.ts';
import { summaryAtWorst } from './worst-case.ts';

export interface Finding {
  readonly outcome: GateOutcome;
  readonly reason: string;
  readonly mde: number | null;
}

/** Every score has to be 1: a single other one refutes. Null where none of the scores does. */
export function counterExample(summary: Summary): Finding | null {
  const broken = summary.scored.filter((_, i) => summary.scores[i] !== 1);
  const first = broken[0];
  if (!first) return null;
  const names = broken.slice(0, 3).map((record) => record.sampleId);
  const rest = broken.length > names.length ? ` and ${count(broken.length - names.length)} more` : '';
  return {
    outcome: 'fail',
    reason: `${count(broken.length)} of ${counted(summary.scores.length, 'sample')} break it: ${names.join(', ')}${rest}`,
    mde: null,
  };
}

/** For a summary without counter-example. */
export function judgeAlways(summary: Summary): Finding {
  const left = summary.records.length - summary.scores.length;
  const unseen = left > 0 ? `; of ${count(left)} the score is undefined` : '';
  return {
    outcome: 'pass',
    reason: `holds for all ${counted(summary.scores.length, 'sample')}${unseen}`,
    mde: null,
  };
}

/** For a summary with a value. */
export function judgeThreshold(
  summary: Summary,
  kind: 'atLeast' | 'atMost',
  threshold: number,
  confidence: number,
  look: GateLook | null = null,
): Finding {
  const value = summary.value!;
  const { low, high } = summary;
  const number = sayer(threshold, [value, low, high]);
  const bound = number(threshold);
  const right = (x: number): boolean => (kind === 'atLeast' ? x >= threshold : x <= threshold);
  const goodWords = `${kind === 'atLeast' ? 'at least' : 'at most'} ${bound}`;
  const badWords = `${kind === 'atLeast' ? 'below' : 'above'} ${bound}`;

  if (summary.spec.aggregate === 'max' || summary.spec.aggregate === 'sum') {
    const words = `${number(value)} n=${count(summary.scores.length)}`;
    const direct = `compared directly: a ${summary.spec.aggregate} has no interval`;
    if (right(value) && summary.errors > 0) {
      const hidden = errorsInWords(summary.errorClasses);
      return {
        outcome: 'inconclusive',
        reason: `${words} is ${goodWords}, but nobody knows of the ${hidden}; ask those again in a new run`,
        mde: null,
      };
    }
    return right(value)
      ? { outcome: 'pass', reason: `${words} is ${goodWords} (${direct})`, mde: null }
      : { outcome: 'fail', reason: `${words} is ${badWords} (${direct})`, mde: null };
  }

  const worst = kind === 'atLeast' ? low : high;
  const best = kind === 'atLeast' ? high : low;
  const shown = describe(summary, number);
  const at = lookInWords(look, (1 - confidence) / 2);
  const mde = detectable(summary, threshold, confidence);
  if (worst !== null && right(worst)) {
    const atWorst = summaryAtWorst(summary, kind === 'atLeast' ? 'low' : 'high', confidence);
    const boundAtWorst = atWorst && (kind === 'atLeast' ? atWorst.low : atWorst.high);
    if (atWorst === null || (boundAtWorst !== null && right(boundAtWorst))) {
      return { outcome: 'pass', reason: `${shown} is ${goodWords}${at}`, mde };
    }
    return {
      outcome: 'inconclusive',
      reason:
        `${shown} is ${goodWords}, but not surely so had the ${errorsInWords(summary.errorClasses)} ` +
        `been the worst answers${boundAtWorst === null ? '' : ` (bound ${number(boundAtWorst)})`}; ask those again in a new run`,
      mde,
    };
  }
  if (best !== null && !right(best)) {
    return { outcome: 'fail', reason: `${shown} is ${badWords}, and so is its whole interval${at}`, mde };
  }
  const state = low === null && high === null ? 'there is no interval' : `the interval holds ${bound}`;
  const why = summary.reason ?? (low === null || high === null ? 'a bound is missing' : state);
  return {
    outcome: 'inconclusive',
    reason: `${shown}: ${why}; ${look?.look === 1 ? SECOND_TO_COME : remedy(summary, kind, threshold, confidence)}${at}`,
    mde,
  };
}

/** `0.31 [0.28, 0.34] n=240 in 60 clusters`. */
function describe(summary: Summary, number: (value: number) => string): string {
  const { low, high, clusters, errors, errorClasses, undefinedCount } = summary;
  const side = (bound: number | null): string => (bound === null ? '?' : number(bound));
  const interval = low === null && high === null ? '' : ` [${side(low)}, ${side(high)}]`;
  const n = summary.scores.length;
  const grouped = clusters < n ? ` in ${counted(clusters, 'cluster')}` : '';
  const missing = [
    ...(errors > 0 ? [errorsInWords(errorClasses)] : []),
    ...(undefinedCount > 0 ? [`${count(undefinedCount)} undefined`] : []),
  ];
  const beside = missing.length > 0 ? ` (${missing.join(', ')} beside)` : '';
  return `${number(summary.value!)}${interval} n=${count(n)}${grouped}${beside}`;
}

function remedy(summary: Summary, kind: 'atLeast' | 'atMost', threshold: number, confidence: number): string {
  const proportion = summary.effectiveN !== null;
  if (proportion && ((kind === 'atLeast' && threshold >= 1) || (kind === 'atMost' && threshold <= 0))) {
    return `no number of samples shows a rate of exactly ${say(threshold)}: use always: true, or a bound short of it`;
  }
  const q = quantileOf(summary.spec);
  const missingSide = q === null ? null : openSide(summary, kind);
  if (q !== null && missingSide !== null) {
    return `at least ${counted(observationsForBound(q, missingSide, confidence), 'independent sample')} are needed`;
  }
  if (summary.low === null || summary.high === null) {
    if (summary.clusters > 1) return 'name the range of the score in its metric';
    return summary.scores.length > 1 ? 'take samples of several clusters' : 'take more samples';
  }
  const n = summary.scores.length;
  const factor = growthToSettle(summary, threshold, confidence);
  if (factor === null)
    return 'the value lies so close to it that no practical number of samples settles this';
  const more = Math.max(1, Math.ceil(n * factor) - n);
  const tail = tailInWords(summary, CLUSTERS_THAT_SHOW_IT_IN_NOISE);
  return `${tail}about ${counted(roughly(more), 'more sample')} would settle it if the value stays`;
}

/** The side on which a bound that could pass the gate is missing. */
function openSide(summary: Summary, kind: 'atLeast' | 'atMost'): 'low' | 'high' | null {
  if (kind === 'atLeast' && summary.low === null) return 'low';
  if (kind === 'atMost' && summary.high === null) return 'high';
  return null;
}

/** By what factor the sample has to grow until its interval no longer holds the threshold, its value and spread
 *  staying; null where no practical growth is enough. */
function growthToSettle(summary: Summary, threshold: number, confidence: number): number | null {
  const value = summary.value!;
  const settled = (factor: number): boolean => {
    const { low, high } = intervalAt(summary, factor, confidence);
    return low > threshold || high < threshold || (low === high && low === threshold);
  };
  return value === threshold ? null : growthUntil(settled);
}

/** The interval that `factor` times as many samples would give. */
function intervalAt(summary: Summary, factor: number, confidence: number): { low: number; high: number } {
  const value = summary.value!;
  if (summary.effectiveN !== null) {
    const trials = summary.effectiveN * factor;
    const { low, high } = gateInterval(Math.min(trials, value * trials), trials, { confidence });
    if (summary.clusters === summary.scores.length) return { low, high };
    const unseen = wilsonInterval(0, summary.clusters * factor, { confidence }).high;
    return { low: Math.min(low, 1 - unseen), high: Math.max(high, unseen) };
  }
  // A mean of equal scores has an interval that shrinks with 1/n, any other with 1/√n.
  const { standardError, degreesOfFreedom } = summary;
  const shrink =
    standardError === 0 || degreesOfFreedom === null
      ? factor
      : summary.tailStretch === 1
        ? Math.sqrt(factor)
        : narrowing(factor, { confidence, degreesOfFreedom }, meanTailStretch);
  return { low: value - (value - summary.low!) / shrink, high: value + (summary.high! - value) / shrink };
}

/** Smallest distance from the threshold that this sample finds with power 0.8. */
function detectable(summary: Summary, threshold: number, confidence: number): number | null {
  if (summary.effectiveN !== null) {
    if (!(threshold > 0 && threshold < 1)) return null;
    const standardError = Math.sqrt((threshold * (1 - threshold)) / summary.effectiveN);
    return minimumDetectableEffect(standardError, { confidence });
  }
  const { standardError, degreesOfFreedom, tailStretch } = summary;
  if (!standardError || degreesOfFreedom === null) return null;
  return minimumDetectableEffect(standardError, { confidence, degreesOfFreedom, tailStretch });
}
