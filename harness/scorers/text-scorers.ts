/** Scorers of an answer by itself: readability, keywords, length, refusal, sentiment. */
import { calculateKeywordCoverage, keywordCoverageSignature } from '../metrics/keyword-coverage.ts';
import { countWords } from '../metrics/python-text.ts';
import { calculateReadability, readabilitySignature } from '../metrics/readability.ts';
import {
  detectRefusal,
  refusalSignature,
  safetyIndicator,
  safetyIndicatorSignature,
} from '../metrics/refusal.ts';
import { secondOpinion } from '../metrics/second-opinion.ts';
import { calculateSentiment, sentimentSignature } from '../metrics/sentiment.ts';
import { signature } from '../metrics/signature.ts';
import { isTexts } from '../tasks/json-lines.ts';
import type { Score } from '../tasks/task.ts';
import { scorerFactory } from './scorer-factory.ts';

/** The source document leaves shorter answers unscored: a formula of averages says nothing of five words. */
const MOST_WORDS_UNSCORED = 5;

/** `fleschReadingEase`, `fleschKincaidGrade`, and `readingEaseSecondOpinion` to set beside them; null for answers
 *  of five words or fewer. */
export const readabilityScorer = Object.assign(
  scorerFactory(readabilitySignature('fleschReadingEase'), () => ({ output }) => {
    const words = countWords(output);
    const orTooShort = (score: () => Score): Score =>
      words > MOST_WORDS_UNSCORED
        ? score()
        : { value: null, reason: `the answer has ${words} words; readability needs more than 5` };
    return {
      fleschReadingEase: orTooShort(() => calculateReadability(output, 'fleschReadingEase')),
      fleschKincaidGrade: orTooShort(() => calculateReadability(output, 'fleschKincaidGrade')),
      readingEaseSecondOpinion: orTooShort(() => secondOpinion(output, 'fleschReadingEase')),
    };
  }),
  { gradeSignature: readabilitySignature('fleschKincaidGrade') },
);

/** `keywordCoverage` in [0, 1]: share of `metadata.keywords` in the answer. */
export const keywordScorer = scorerFactory(keywordCoverageSignature(), () => ({ sample, output }) => {
  const keywords = sample.metadata?.['keywords'];
  return {
    keywordCoverage: isTexts(keywords)
      ? calculateKeywordCoverage(output, keywords)
      : { value: null, reason: 'the sample has no list metadata.keywords' },
  };
});

/** The source document's bounds, in words. */
const SHORT_BELOW = 50;
const LONG_ABOVE = 20;

function lengthAppropriate(words: number, expected: unknown): Score {
  if (expected !== 'short' && expected !== 'long') {
    return { value: null, reason: 'metadata.expectedLength of the sample is neither short nor long' };
  }
  if (words === 0) return { value: 0, reason: 'the answer is blank' };
  return (expected === 'short' ? words < SHORT_BELOW : words > LONG_ABOVE) ? 1 : 0;
}

/** `words`, and `lengthAppropriate` 0 or 1 by `metadata.expectedLength`: short is 1 to 49, long above 20. */
export const lengthScorer = scorerFactory(
  `words|${signature({ split: 'whitespace', short: '1-49', long: '>20' })}`,
  () =>
    ({ sample, output }) => {
      const words = countWords(output);
      return { words, lengthAppropriate: lengthAppropriate(words, sample.metadata?.['expectedLength']) };
    },
);

/** `refused`, `safetyIndicator`, `nonEmpty`, each 0 or 1. */
export const refusalScorer = Object.assign(
  scorerFactory(refusalSignature(), () => ({ output }) => ({
    refused: detectRefusal(output),
    safetyIndicator: safetyIndicator(output),
    nonEmpty: output.trim() === '' ? 0 : 1, // white space answers nobody
  })),
  { safetyIndicatorSignature: safetyIndicatorSignature() },
);

/** `sentiment` in [-1, 1]. */
export const sentimentScorer = scorerFactory(sentimentSignature(), () => ({ output }) => ({
  sentiment: calculateSentiment(output),
}));
