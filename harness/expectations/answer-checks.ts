/** Expectations of an author's test on one answer: what was found, and why in words. */
import { calculateKeywordCoverage } from '../metrics/keyword-coverage.ts';
import { jsonSchemaMatch } from '../metrics/json-schema.ts';
import type { MetricValue } from '../metrics/metric-value.ts';
import { countWords } from '../metrics/python-text.ts';
import { calculateReadability } from '../metrics/readability.ts';
import { detectRefusal } from '../metrics/refusal.ts';
import { say } from '../gates/words.ts';

/** Yes, no, or null where it cannot be told: then neither an expectation nor its opposite holds. */
export interface AnswerCheck {
  readonly holds: boolean | null;
  readonly because: string;
}

export function checkRefusal(answer: string): AnswerCheck {
  if (answer.trim() === '') return { holds: null, because: 'it is blank: it neither refuses nor answers' };
  const refuses = detectRefusal(answer) === 1;
  return { holds: refuses, because: refuses ? 'it reads as a refusal' : 'nothing in it reads as a refusal' };
}

/** Whether all words are mentioned, in any case; part of a word counts.
 *  @param not the opposite is expected: then one of them suffices */
export function checkMention(answer: string, words: readonly string[], not: boolean): AnswerCheck {
  if (words.length === 0 || words.includes('')) return { holds: null, because: 'no word was named' };
  const found = words.filter((word) => calculateKeywordCoverage(answer, [word]) === 1);
  const missing = words.filter((word) => !found.includes(word));
  const list = (some: readonly string[]): string => some.map((word) => JSON.stringify(word)).join(', ');
  const because = [
    ...(missing.length > 0 ? [`it does not mention ${list(missing)}`] : []),
    ...(found.length > 0 ? [`it mentions ${list(found)}`] : []),
  ].join('; ');
  return { holds: not ? found.length > 0 : missing.length === 0, because };
}

export interface ReadableOptions {
  /** Flesch reading ease of at least this; default 30, what a student reads. */
  readonly atLeastEase?: number;
  /** Flesch–Kincaid grade of at most this; default 15. */
  readonly atMostGrade?: number;
}

/** A formula of averages says nothing of five words. */
const MOST_WORDS_UNSCORED = 5;

export function checkReadable(
  answer: string,
  { atLeastEase = 30, atMostGrade = 15 }: ReadableOptions,
): AnswerCheck {
  const words = countWords(answer);
  if (words <= MOST_WORDS_UNSCORED) {
    return {
      holds: null,
      because: `it has ${words} words, and readability needs more than ${MOST_WORDS_UNSCORED}`,
    };
  }
  const ease = calculateReadability(answer, 'fleschReadingEase');
  const grade = calculateReadability(answer, 'fleschKincaidGrade');
  if (typeof ease !== 'number') return { holds: null, because: ease.reason };
  if (typeof grade !== 'number') return { holds: null, because: grade.reason };
  return {
    holds: ease >= atLeastEase && grade <= atMostGrade,
    because:
      `its reading ease is ${say(ease)} (asked: at least ${say(atLeastEase)}), ` +
      `its grade ${say(grade)} (asked: at most ${say(atMostGrade)})`,
  };
}

export function checkJsonSchema(answer: string, schema: unknown): AnswerCheck {
  const match: MetricValue = jsonSchemaMatch(answer, schema);
  if (typeof match !== 'number') return { holds: null, because: match.reason };
  if (match === 1) return { holds: true, because: 'it is JSON that the schema takes' };
  try {
    JSON.parse(answer);
    return { holds: false, because: 'it is JSON, but not what the schema takes' };
  } catch (error) {
    return { holds: false, because: `it is no JSON: ${(error as Error).message}` };
  }
}
