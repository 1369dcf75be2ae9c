/** Keyword coverage: which share of the expected keywords a text contains, as the source document checks
 *  coherence. Plain, case-insensitive search: a keyword is never read as a pattern. */
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { signature } from './signature.ts';

/** Share of the keywords that occur in the text, in [0, 1]; null where there are no keywords.
 *  Part of a word counts: "art" occurs in "starting". */
export function calculateKeywordCoverage(text: string, keywords: readonly string[]): MetricValue {
  if (keywords.length === 0) return undefinedBecause('no keywords to look for');
  const lower = text.toLowerCase();
  return keywords.filter((each) => lower.includes(each.toLowerCase())).length / keywords.length;
}

export function keywordCoverageSignature(): string {
  return `keywordCoverage|${signature({ case: 'lc', match: 'substring' })}`;
}
