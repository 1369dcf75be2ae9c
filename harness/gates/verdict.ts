/** From the outcomes of the gates to the outcome of the run, its exit code and its sentence. */
import type { GateOutcome, GateResult, RunOutcome, Verdict } from '../../reports/report-data.ts';
import { count, counted } from './words.ts';

/** Worst first: the order of the contract's exit codes 1, 3, 4, 0. Where no gate applies nothing was shown.
 *  @param runnerFailed part of the run did not take place, gated or not: what is left cannot pass */
export function overallOutcome(results: readonly GateResult[], runnerFailed: boolean): RunOutcome {
  const has = (outcome: GateOutcome): boolean => results.some((result) => result.outcome === outcome);
  if (has('fail')) return 'fail';
  if (runnerFailed || has('could-not-evaluate')) return 'could-not-evaluate';
  if (has('inconclusive')) return 'inconclusive';
  return has('pass') ? 'pass' : 'could-not-evaluate';
}

const exitCodes: { readonly [Outcome in RunOutcome]: 0 | 1 | 3 | 4 } = {
  pass: 0,
  fail: 1,
  'could-not-evaluate': 3,
  inconclusive: 4,
};

/** Exit code of a verdict. Usage errors (2) and interruption (130) come before: precedence is 2, 130, 1, 3, 4, 0. */
export function exitCodeOf(verdict: Pick<Verdict, 'outcome'>): 0 | 1 | 3 | 4 {
  return exitCodes[verdict.outcome];
}

export function countOutcomes(results: readonly GateResult[]): Record<GateOutcome, number> {
  const counts: Record<GateOutcome, number> = {
    pass: 0,
    fail: 0,
    inconclusive: 0,
    'could-not-evaluate': 0,
    'not-applicable': 0,
  };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

interface SentenceContext {
  readonly model: string | null;
  readonly samples: number;
  readonly limit: number | null;
  /** Of two declared looks; null where there is one. */
  readonly look: 1 | 2 | null;
  readonly runnerFailed: boolean;
  /** Samples that stand in the model's training data. */
  readonly contaminated: number;
}

/** The first line of terminal and report. */
export function sentenceOf(results: readonly GateResult[], context: SentenceContext): string {
  const counts = countOutcomes(results);
  const applicable = results.length - counts['not-applicable'];
  const on = context.model === null ? '' : ` on ${context.model}`;
  const of = (outcome: GateOutcome, one: string, many: string): string =>
    `${count(counts[outcome])} of ${counted(applicable, 'gate')} ${counts[outcome] === 1 ? one : many}${on}`;
  const named = (outcome: GateOutcome): string =>
    listNames(results.filter((result) => result.outcome === outcome));
  const also = (outcome: GateOutcome, phrase: string): string[] =>
    counts[outcome] > 0 ? [`${count(counts[outcome])} ${phrase}`] : [];
  const unevaluated = also('could-not-evaluate', 'could not be evaluated');
  const inconclusive = also('inconclusive', 'inconclusive');

  const sentences: { readonly [Outcome in RunOutcome]: () => readonly [string, ...string[]] } = {
    pass: () => [`Pass: ${of('pass', 'holds', 'hold')} (${counted(context.samples, 'sample')})`],
    fail: () => [
      `Fail: ${of('fail', 'does not hold', 'do not hold')}: ${named('fail')}`,
      ...unevaluated,
      ...inconclusive,
    ],
    inconclusive: () => [
      `Inconclusive: ${of('inconclusive', 'needs more samples', 'need more samples')}: ${named('inconclusive')}`,
    ],
    'could-not-evaluate': () => {
      if (applicable === 0) return [`Could not evaluate: no gate applies${on}`];
      if (counts['could-not-evaluate'] === 0) {
        const held = of('pass', 'holds', 'hold');
        return [`Could not evaluate: ${held}, but a task without gates failed`, ...inconclusive];
      }
      return [
        `Could not evaluate: ${of('could-not-evaluate', 'has no verdict', 'have no verdict')}: ` +
          named('could-not-evaluate'),
        ...inconclusive,
      ];
    },
  };
  const [sentence, ...notes] = sentences[overallOutcome(results, context.runnerFailed)]();
  const beside = [
    ...notes,
    ...also('not-applicable', 'not applicable'),
    ...(context.look === null ? [] : [`${context.look === 1 ? 'first' : 'second'} of two looks`]),
    ...(context.contaminated === 0 ? [] : [`${counted(context.contaminated, 'sample')} known from training`]),
    ...(context.limit === null ? [] : [`limited to ${counted(context.limit, 'sample')} a task`]),
  ];
  return `${sentence}${beside.length > 0 ? `; ${beside.join(', ')}` : ''}.`;
}

function listNames(results: readonly GateResult[]): string {
  const names = [...new Set(results.map(({ metric }) => metric))];
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${count(names.length - 3)} more` : shown;
}
