/** What a comparison concludes in signs and words: the same on every page, and never by colour alone. */
import type { ComparisonData, Conclusion } from './comparison-data.ts';

/** What needs a look comes first. */
export const conclusionSigns: {
  readonly [Name in Conclusion]: { readonly sign: string; readonly word: string };
} = {
  worse: { sign: '▼', word: 'worse' },
  different: { sign: '≠', word: 'different' },
  better: { sign: '▲', word: 'better' },
  'no-difference': { sign: '=', word: 'no clear difference' },
  'not-compared': { sign: '–', word: 'not compared' },
};

export const outcomeSigns: { readonly [Outcome in ComparisonData['outcome']]: { readonly sign: string } } = {
  worse: { sign: '▼' },
  mixed: { sign: '▼' },
  better: { sign: '▲' },
  'no-difference': { sign: '=' },
  'not-compared': { sign: '–' },
};
