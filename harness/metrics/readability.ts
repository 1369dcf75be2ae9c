/** Readability formulas in textstat 0.7.11's definitions, for English. A text without words has no readability:
 *  null with the reason, where textstat says 0. Knows the counts of a text, not how they are made. */
import { countSentences, SENTENCE_RULES } from './sentence-splitter.ts';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { signature } from './signature.ts';
import { textStatistics, type TextStatistics } from './text-statistics.ts';

const wordsPerSentence = (text: TextStatistics) => text.words / text.sentences;
const syllablesPerWord = (text: TextStatistics) => text.syllables / text.words;
const percent = (part: number, text: TextStatistics) => (100 * part) / text.words;

function daleChall(text: TextStatistics): number {
  const difficult = percent(text.difficultWords, text);
  const score = 0.1579 * difficult + 0.0496 * wordsPerSentence(text);
  return difficult > 5 ? score + 3.6365 : score;
}

function linsearWrite({ first100 }: TextStatistics): number {
  const score = (first100.easy + first100.polysyllables * 3) / first100.sentences;
  return (score <= 20 ? score - 2 : score) / 2;
}

const formulas = {
  /** Flesch 1948: about 0 (hard) to 100 (easy), unbounded. */
  fleschReadingEase: (text) => 206.835 - 1.015 * wordsPerSentence(text) - 84.6 * syllablesPerWord(text),
  /** Kincaid et al. 1975: US school grade. */
  fleschKincaidGrade: (text) => 0.39 * wordsPerSentence(text) + 11.8 * syllablesPerWord(text) - 15.59,
  /** Gunning 1952: years of schooling; words of three syllables that are not on the easy list are hard. */
  gunningFog: (text) => 0.4 * (wordsPerSentence(text) + percent(text.difficultPolysyllables, text)),
  /** McLaughlin 1969: years of schooling. */
  smog: (text) => 1.043 * (30 * (text.polysyllables / text.sentences)) ** 0.5 + 3.1291,
  /** Coleman and Liau 1975: US school grade. */
  colemanLiau: (text) =>
    0.058 * ((text.letters / text.words) * 100) - 0.296 * ((text.sentences / text.words) * 100) - 15.8,
  /** Smith and Senter 1967: US school grade. */
  automatedReadability: (text) =>
    4.71 * (text.characters / text.chunks) + 0.5 * wordsPerSentence(text) - 21.43,
  /** Dale and Chall 1948: below 5 easy for a fourth-grader, 10 and more for graduates. */
  daleChall,
  /** US Air Force, first 100 words: US school grade. */
  linsearWrite,
  /** Björnsson 1968: below 30 children's books, above 50 hard. */
  lix: (text) => wordsPerSentence(text) + percent(text.longWords, text),
  /** Anderson 1983: long words a sentence. */
  rix: (text) => text.longWords / text.sentences,
} satisfies Record<string, (text: TextStatistics) => number>;

const counts = {
  syllables: (text) => text.syllables,
  sentences: (text) => text.sentences,
} satisfies Record<string, (text: TextStatistics) => number>;

const NEEDS_SYLLABLES: ReadonlySet<string> = new Set(['fleschReadingEase', 'fleschKincaidGrade']);

export type ReadabilityName = keyof typeof formulas | keyof typeof counts;

export const readabilityNames = [
  ...Object.keys(formulas),
  ...Object.keys(counts),
] as readonly ReadabilityName[];

function isFormula(name: ReadabilityName): name is keyof typeof formulas {
  return Object.hasOwn(formulas, name);
}

export const sentenceCounters = ['textstat', 'rules'] as const;

export interface ReadabilityOptions {
  /** Who says where a sentence ends: textstat's pattern (default), which ends one at each `.` and counts none of two
   *  words or fewer, or the rules of sentence-splitter.ts. */
  readonly sentences?: (typeof sentenceCounters)[number];
}

let lastByRules: { readonly text: string; readonly statistics: TextStatistics } | undefined;

/** The text's statistics with sentences by our rules; the last text's are kept, as textStatistics keeps them. */
function statisticsByRules(text: string): TextStatistics {
  if (lastByRules?.text !== text) {
    const statistics = textStatistics(text);
    const { first100, words } = statistics;
    // A word may be `_` alone, which makes no sentence.
    const least = words > 0 ? 1 : 0;
    const sentences = Math.max(least, countSentences(text));
    const inFirst100 =
      first100.end < text.length ? Math.max(least, countSentences(text.slice(0, first100.end))) : sentences;
    lastByRules = {
      text,
      statistics: { ...statistics, sentences, first100: { ...first100, sentences: inFirst100 } },
    };
  }
  return lastByRules.statistics;
}

/** One measure of a text by its name, unbounded but for the counts, LIX, RIX, SMOG, fog and Dale-Chall, which are
 *  >= 0; null with the reason where the text has no words.
 *  Counts (syllables, sentences) are defined for every text. */
export function calculateReadability(
  text: string,
  name: ReadabilityName,
  { sentences = 'textstat' }: ReadabilityOptions = {},
): MetricValue {
  const statistics = sentences === 'rules' ? statisticsByRules(text) : textStatistics(text);
  if (!isFormula(name)) return counts[name](statistics);
  if (statistics.words === 0) return undefinedBecause('the text has no words');
  if (statistics.syllables === 0 && NEEDS_SYLLABLES.has(name)) {
    return undefinedBecause('the text has no syllables');
  }
  return formulas[name](statistics);
}

/** Such as `fleschReadingEase|lang:en_US|compat:textstat-0.7.11|harness:2`; by our rules with `sentences:rules-1`. */
export function readabilitySignature(name: ReadabilityName, options: ReadabilityOptions = {}): string {
  return `${name}|${signature({
    lang: 'en_US',
    compat: 'textstat-0.7.11',
    sentences: options.sentences === 'rules' ? SENTENCE_RULES : undefined,
  })}`;
}
