/** Outcomes in signs and words: the same on every page, and never by colour alone. */
import type { GateOutcome } from './report-data.ts';

interface Sign {
  readonly sign: string;
  readonly word: string;
  /** Place in a list that shows first what needs a decision. */
  readonly rank: number;
}

export const signs: { readonly [Outcome in GateOutcome]: Sign } = {
  fail: { sign: '✕', word: 'fails', rank: 0 },
  'could-not-evaluate': { sign: '–', word: 'not evaluated', rank: 1 },
  inconclusive: { sign: '?', word: 'inconclusive', rank: 2 },
  pass: { sign: '✓', word: 'passes', rank: 3 },
  'not-applicable': { sign: '–', word: 'not applicable', rank: 4 },
};

/** Failing and undecided first; otherwise in the order of the gates file. */
export function byUrgency<T extends { readonly outcome: GateOutcome }>(gates: readonly T[]): T[] {
  return [...gates].sort((a, b) => signs[a.outcome].rank - signs[b.outcome].rank);
}
