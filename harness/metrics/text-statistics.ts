/** Counts that readability formulas are made of, as textstat 0.7.11 counts them: words, sentences, letters,
 *  syllables. Knows nothing of the formulas. Linear in the length of the text. */
import easyWords from 'text-readability/easy_words.js';
import { codePointLength, countWords, isPythonSpace, isWordCharacter } from './python-text.ts';
import { syllablesOf } from './syllables.ts';

/** Dale and Chall's familiar words in textstat's edition: text-readability carries the same 2,941. */
const easy = new Set(easyWords);

export interface TextStatistics {
  /** Runs between white space that hold a letter, a number or `_`. */
  readonly words: number;
  /** Runs between white space, of punctuation alone too. */
  readonly chunks: number;
  readonly sentences: number;
  readonly syllables: number;
  /** Code points other than white space. */
  readonly characters: number;
  /** Code points that are letters, numbers or `_`. */
  readonly letters: number;
  /** Words of three syllables or more. */
  readonly polysyllables: number;
  /** Words of more than six letters. */
  readonly longWords: number;
  /** Words that are not on the list of easy words. */
  readonly difficultWords: number;
  /** … and have three syllables or more. */
  readonly difficultPolysyllables: number;
  /** Of the first 100 words, for Linsear Write. */
  readonly first100: {
    readonly sentences: number;
    readonly polysyllables: number;
    /** Words of one or two syllables. */
    readonly easy: number;
  };
}

const APOSTROPHE = 0x27;
/** What follows an apostrophe that stays: the endings of English contractions, in lower case. */
const CONTRACTED = ['t', 's', 'd', 've', 'll', 're'] as const;

/** Words without punctuation; apostrophes stay before the ending of a contraction. */
function bareWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let start = -1;
  for (let at = 0; at <= text.length;) {
    const point = text.codePointAt(at) ?? 0x20;
    const kept =
      point === APOSTROPHE
        ? CONTRACTED.some((ending) => text.startsWith(ending, at + 1))
        : isWordCharacter(point);
    if (kept) {
      if (start < 0) start = at;
    } else {
      if (start >= 0) word += text.slice(start, at);
      start = -1;
      if (word !== '' && isPythonSpace(point)) {
        words.push(word);
        word = '';
      }
    }
    at += point > 0xffff ? 2 : 1;
  }
  return words;
}

const isTerminator = (unit: number) => unit === 0x2e || unit === 0x21 || unit === 0x3f;

/** Code points other than white space. */
function charactersOf(text: string): number {
  let spaces = 0;
  for (let at = 0; at < text.length; at++) if (isPythonSpace(text.charCodeAt(at))) spaces++;
  return codePointLength(text) - spaces;
}

/** Sentences run from a word boundary to the next `.`, `!` or `?`; those of two words or fewer do not count,
 *  but a text that is not empty has at least one. As `re.findall(r"\b[^.!?]+[.!?]*")` of textstat. */
function countSentences(text: string): number {
  if (text.length === 0) return 0;
  let counted = 0;
  let inside = false;
  let wordBefore = false;
  let words = 0;
  let wordInChunk = false;
  for (let at = 0; at <= text.length;) {
    const point = text.codePointAt(at);
    const terminator = point !== undefined && isTerminator(point);
    if (point === undefined || terminator) {
      if (inside && words > 2) counted++;
      inside = false;
      wordBefore = false;
      if (point === undefined) break;
      at++;
      continue;
    }
    const word = isWordCharacter(point);
    if (!inside && word !== wordBefore) {
      inside = true;
      words = 0;
      wordInChunk = false;
    }
    if (isPythonSpace(point)) wordInChunk = false;
    else if (word && !wordInChunk) {
      wordInChunk = true;
      words++;
    }
    wordBefore = word;
    at += point > 0xffff ? 2 : 1;
  }
  return Math.max(1, counted);
}

/** Offset behind the chunk that holds the 100th word; the whole text where it has 100 chunks or fewer. */
function endOf100Words(text: string, chunks: number): number {
  if (chunks <= 100) return text.length;
  let words = 0;
  let wordInChunk = false;
  for (let at = 0; at < text.length;) {
    const point = text.codePointAt(at)!;
    if (isPythonSpace(point)) {
      if (wordInChunk && words === 100) return at;
      wordInChunk = false;
    } else if (!wordInChunk && isWordCharacter(point)) {
      wordInChunk = true;
      words++;
    }
    at += point > 0xffff ? 2 : 1;
  }
  return text.length;
}

interface WordFacts {
  readonly syllables: number;
  /** Code points without apostrophes. */
  readonly length: number;
  readonly easy: boolean;
}

const facts = new Map<string, WordFacts>();

/** Words repeat, so their facts are kept; the memory is bounded because those of a hostile text do not. */
function factsOf(word: string): WordFacts {
  let known = facts.get(word);
  if (known === undefined) {
    const lower = word.toLowerCase();
    const bare = word.replaceAll("'", '');
    known = { syllables: syllablesOf(lower), length: codePointLength(bare), easy: easy.has(lower) };
    if (facts.size >= 50_000) facts.clear();
    if (word.length <= 40) facts.set(word, known);
  }
  return known;
}

function analyze(text: string): TextStatistics {
  const chunks = countWords(text);
  const words = bareWords(text);
  const sentences = countSentences(text);
  const end = endOf100Words(text, chunks);
  const firstWords = chunks > 100 ? 100 : words.length;

  let syllables = 0;
  let letters = 0;
  let polysyllables = 0;
  let longWords = 0;
  let difficultWords = 0;
  let difficultPolysyllables = 0;
  const first = { polysyllables: 0, easy: 0 };
  for (let at = 0; at < words.length; at++) {
    const word = factsOf(words[at]!);
    const count = word.syllables;
    syllables += count;
    letters += word.length;
    if (word.length > 6) longWords++;
    if (count >= 3) polysyllables++;
    if (!word.easy) {
      difficultWords++;
      if (count >= 3) difficultPolysyllables++;
    }
    if (at < firstWords) {
      if (count >= 3) first.polysyllables++;
      else if (count > 0) first.easy++;
    }
  }
  return {
    words: words.length,
    chunks,
    sentences,
    syllables,
    characters: charactersOf(text),
    letters,
    polysyllables,
    longWords,
    difficultWords,
    difficultPolysyllables,
    first100: { ...first, sentences: end < text.length ? countSentences(text.slice(0, end)) : sentences },
  };
}

let last: { readonly text: string; readonly statistics: TextStatistics } | undefined;

/** All counts of a text. The last text's are kept: twelve formulas ask for them one after the other. */
export function textStatistics(text: string): TextStatistics {
  if (last?.text !== text) last = { text, statistics: analyze(text) };
  return last.statistics;
}
