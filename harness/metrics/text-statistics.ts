/** Counts that readability formulas are made of, as textstat 0.7.11 counts them: words, sentences, letters,
 *  syllables. Knows nothing of the formulas. Linear in the length of the text. */
import easyWords from 'text-readability/easy_words.js';
import { codePointLength, isPythonSpace, isWordCharacter } from './python-text.ts';
import { syllablesOf } from './syllables.ts';
import { addUnit, TokenNumbers, unitsOf } from './token-numbers.ts';

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
    /** Place in the text behind them. */
    readonly end: number;
    readonly sentences: number;
    readonly polysyllables: number;
    /** Words of one or two syllables. */
    readonly easy: number;
  };
}

const APOSTROPHE = 0x27;

/** Whether an apostrophe here stays in its word: before the ending of an English contraction, in lower case. */
function isContraction(text: string, apostrophe: number): boolean {
  const next = text[apostrophe + 1];
  if (next === 't' || next === 's' || next === 'd') return true;
  const ending = text.slice(apostrophe + 1, apostrophe + 3);
  return ending === 've' || ending === 'll' || ending === 're';
}

const UNKNOWN = 0;
const OTHER = 1;
const WORD = 2;
const SPACE = 3;
const SURROGATE = 4;

/** Kind of each UTF-16 unit, found when it is first met. */
const kinds = new Uint8Array(0x10000);

function learnKind(unit: number): number {
  const kind = isPythonSpace(unit)
    ? SPACE
    : isWordCharacter(unit)
      ? WORD
      : (unit & 0xf800) === 0xd800
        ? SURROGATE
        : OTHER;
  kinds[unit] = kind;
  return kind;
}

const isTerminator = (unit: number) => unit === 0x2e || unit === 0x21 || unit === 0x3f;

/** What words are known by, at their numbers. */
const words = new TokenNumbers();
let wordsEpoch = 0;
/** Syllables above bits of one each. */
let facts: number[] = [];
/** More than six letters. */
const LONG = 0;
/** Not on the list of easy words. */
const DIFFICULT = 1;
/** … and three syllables and more, as gunning fog counts them. */
const FOGGY = 2;
/** Three syllables and more. */
const POLYSYLLABIC = 3;
/** One syllable or two. */
const SHORT = 4;
const SYLLABLES = 5;
/** Code points without apostrophes. */
let lengths: number[] = [];

function tidy(): void {
  if (words.tidy().epoch === wordsEpoch) return;
  wordsEpoch = words.epoch;
  facts = [];
  lengths = [];
}

/** Facts of the next word by number. */
function learn(text: string): void {
  const lower = text.toLowerCase();
  const length = codePointLength(text.includes("'") ? text.replaceAll("'", '') : text);
  const syllables = syllablesOf(lower);
  const isDifficult = !easy.has(lower);
  // For fog textstat splits the word once more in lower case, where İ is i and a dot that is left out.
  const again = lower.includes('\u0307') ? syllablesOf(lower.replaceAll('\u0307', '')) : syllables;
  facts.push(
    (Number(length > 6) << LONG) |
      (Number(isDifficult) << DIFFICULT) |
      (Number(isDifficult && again >= 3) << FOGGY) |
      (Number(syllables >= 3) << POLYSYLLABIC) |
      (Number(syllables === 1 || syllables === 2) << SHORT) |
      (syllables << SYLLABLES),
  );
  lengths.push(length);
}

/** One pass over a text.
 *
 *  Words are what white space leaves apart, without punctuation. Sentences run from a word boundary to the next `.`,
 *  `!` or `?`; those of two words or fewer do not count, but a text that is not empty has at least one: as textstat's
 *  `re.findall(r"\b[^.!?]+[.!?]*")`. */
function analyze(text: string): TextStatistics {
  tidy();
  // The pieces of a word that punctuation parts are moved together in here, behind where it is read.
  const units = unitsOf(text);
  units[text.length] = 0x20;
  let chunks = 0;
  let characters = 0;
  let counted = 0;
  let letters = 0;
  let syllables = 0;
  let polysyllables = 0;
  let longWords = 0;
  let difficultWords = 0;
  let difficultPolysyllables = 0;
  let wordCount = 0;
  // Within the first 100 chunks that are words; `end` is null as long as the text may end within them.
  const first = { polysyllables: 0, easy: 0 };
  let wordyChunks = 0;
  let end: { readonly at: number; readonly sentences: number } | null = null;

  let inChunk = false;
  let wordy = false;
  let wordStart = 0;
  let wordEnd = 0;
  let length = 0;
  let sum = 0;
  let inSentence = false;
  let sentenceWords = 0;
  let wordyInSentence = false;

  for (let at = 0; at <= text.length;) {
    const from = at;
    const unit = units[at++]!;
    let kind = kinds[unit]!;
    if (kind === UNKNOWN) kind = learnKind(unit);

    if (kind === SPACE) {
      wordyInSentence = false;
      if (!inChunk) continue;
      inChunk = false;
      if (length > 0) {
        const word = words.ofSum(sum, units, wordStart, wordStart + length);
        if (word === facts.length) {
          // Where punctuation was left out, the word is not in the text as it is.
          learn(wordEnd - wordStart === length ? text.slice(wordStart, wordEnd) : words.token(word));
        }
        const fact = facts[word]!;
        wordCount++;
        syllables += fact >> SYLLABLES;
        letters += lengths[word]!;
        longWords += (fact >> LONG) & 1;
        difficultWords += (fact >> DIFFICULT) & 1;
        difficultPolysyllables += (fact >> FOGGY) & 1;
        polysyllables += (fact >> POLYSYLLABIC) & 1;
        if (wordCount <= 100) {
          first.polysyllables += (fact >> POLYSYLLABIC) & 1;
          first.easy += (fact >> SHORT) & 1;
        }
        length = 0;
      }
      if (wordy && ++wordyChunks === 100 && from < text.length) {
        end = { at: from, sentences: counted + (inSentence && sentenceWords > 2 ? 1 : 0) };
      }
      wordy = false;
      continue;
    }

    if (!inChunk) {
      inChunk = true;
      chunks++;
    }
    characters++;
    if (kind === SURROGATE) {
      const point = text.codePointAt(from)!;
      if (point > 0xffff) {
        at++;
        if (isWordCharacter(point)) kind = WORD;
      }
    } else if (kind === WORD) {
      while (kinds[units[at]!] === WORD) at++;
      characters += at - from - 1;
    }
    if (kind === WORD) {
      wordy = true;
      if (!inSentence) {
        inSentence = true;
        sentenceWords = 0;
        wordyInSentence = false;
      }
      if (!wordyInSentence) {
        wordyInSentence = true;
        sentenceWords++;
      }
    } else if (unit !== APOSTROPHE || !isContraction(text, from)) {
      if (isTerminator(unit)) {
        if (inSentence && sentenceWords > 2) counted++;
        inSentence = false;
      }
      continue;
    }
    // What belongs to the word, of one piece or of several.
    if (length === 0) {
      wordStart = from;
      sum = 0;
    } else if (wordStart + length !== from) {
      units.copyWithin(wordStart + length, from, at);
    }
    for (let each = from; each < at; each++) sum = addUnit(sum, units[each]!);
    length += at - from;
    wordEnd = at;
  }
  if (inSentence && sentenceWords > 2) counted++;
  const sentences = text.length === 0 ? 0 : Math.max(1, counted);
  // The first 100 words end a text for Linsear Write only where it has more than 100 chunks.
  const cut = chunks > 100 ? end : null;
  return {
    words: wordCount,
    chunks,
    sentences,
    syllables,
    characters,
    letters,
    polysyllables,
    longWords,
    difficultWords,
    difficultPolysyllables,
    first100: {
      ...first,
      end: cut === null ? text.length : cut.at,
      sentences: cut === null ? sentences : Math.max(1, cut.sentences),
    },
  };
}

let last: { readonly text: string; readonly statistics: TextStatistics } | undefined;

/** All counts of a text. The last text's are kept: twelve formulas ask for them one after the other. */
export function textStatistics(text: string): TextStatistics {
  if (last?.text !== text) last = { text, statistics: analyze(text) };
  return last.statistics;
}
