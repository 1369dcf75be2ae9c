/** Gates that hold a metric against a number: `atLeast`, `atMost`, `always`.
 *  Judged by the bound of the interval: it passes when all of it is on the right side, fails when all of it is on
 *  the wrong side, and is inconclusive when it holds the threshold. */
import { minimumDetectableEffect } from '../stats/power-mean.ts';
import type { GateOutcome } from '../../reports/report-data.ts';
import type { Summary } from './aggregate.ts';
import { errorsInWords } from './error-classes.ts';
import type { Gate } from './gates-file.ts';
import { lookInWords, SECOND_TO_COME, type GateLook } from './looks.ts';
import { remedy } from './settle.ts';
import { unseenTest } from './unseen-scores.ts';
import { count, counted, sayer, unseenInWords } from './words.ts';
import { hiddenAnswers, summaryAtWorst } from './worst-case.ts';

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
  const unseen = left > 0 ? `; ${count(left)} undefined left out` : '';
  return {
    outcome: 'pass',
    reason: `holds for all ${counted(summary.scores.length, 'sample')}${unseen}`,
    mde: null,
  };
}

/** For a summary with a value. */
export function judgeThreshold(
  summary: Summary,
  { kind, threshold, undefinedScores }: Extract<Gate, { readonly threshold: number }>,
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
  const hidden = hiddenAnswers(summary, undefinedScores === 'leaveOut');

  if (summary.spec.aggregate === 'max' || summary.spec.aggregate === 'sum') {
    const words = `${number(value)} n=${count(summary.scores.length)}`;
    const direct = `compared directly: a ${summary.spec.aggregate} has no interval`;
    if (right(value) && hidden) {
      return {
        outcome: 'inconclusive',
        reason: `${words} is ${goodWords}, but nobody knows of the ${hidden.words}; ${hidden.remedy}`,
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
  const alpha = (1 - confidence) / 2;
  const at = lookInWords(look, alpha);
  const mde = detectable(summary, threshold, confidence);
  const toSettle = (): string =>
    look?.look === 1 ? SECOND_TO_COME : remedy(summary, { kind, threshold, confidence });
  /** What was seen says it, what may have gone unseen does not. */
  const notMet = (claim: string, rare: string): Finding => {
    const { clusters, scores } = summary;
    const unseen = unseenInWords(clusters, clusters < scores.length ? 'cluster' : 'sample', alpha);
    return {
      outcome: 'inconclusive',
      reason: `${claim} as far as it was seen, but ${unseen}, and much ${rare} ones would undo that; ${toSettle()}${at}`,
      mde,
    };
  };
  if (worst !== null && right(worst)) {
    const good = { side: kind === 'atLeast' ? 1 : -1, threshold } as const;
    if (unseenTest(summary, good)() > alpha) return notMet(`${shown} is ${goodWords}`, 'worse');
    const passes: Finding = { outcome: 'pass', reason: `${shown} is ${goodWords}${at}`, mde };
    if (!hidden) return passes;
    const atWorst = summaryAtWorst(summary, hidden, kind === 'atLeast' ? 'low' : 'high', confidence);
    const boundAtWorst = kind === 'atLeast' ? atWorst.low : atWorst.high;
    if (boundAtWorst !== null && right(boundAtWorst) && unseenTest(atWorst, good)() <= alpha) return passes;
    return {
      outcome: 'inconclusive',
      reason:
        `${shown} is ${goodWords}, but not surely so had the ${hidden.words} been the worst answers` +
        `${boundAtWorst === null ? '' : ` (bound ${number(boundAtWorst)})`}; ${hidden.remedy}`,
      mde,
    };
  }
  if (best !== null && !right(best)) {
    const bad = { side: kind === 'atLeast' ? -1 : 1, threshold } as const;
    if (unseenTest(summary, bad)() > alpha) return notMet(`${shown} is ${badWords}`, 'better');
    return { outcome: 'fail', reason: `${shown} is ${badWords}, and so is its whole interval${at}`, mde };
  }
  const state = low === null && high === null ? 'there is no interval' : `the interval holds ${bound}`;
  const why = summary.reason ?? (low === null || high === null ? 'a bound is missing' : state);
  return {
    outcome: 'inconclusive',
    reason: `${shown}: ${why}; ${toSettle()}${at}`,
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
