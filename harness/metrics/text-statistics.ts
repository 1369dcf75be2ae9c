/** Counts that readability formulas are made of, as textstat 0.7.11 counts them: words, sentences, letters,
 *  syllables. Knows nothing of the formulas. Linear in the length of the text. */
import easyWords from 'text-readability/easy_words.js';
import { codePointLength, isPythonSpace, isWordCharacter } from './python-text.ts';
import { syllablesOf } from './syllables.ts';
import { scratchUnits, TokenNumbers } from './token-numbers.ts';

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

const isTerminator = (unit: number) => unit === 0x2e || unit === 0x21 || unit === 0x3f;

const UNKNOWN = 0;
const OTHER = 1;
const WORD = 2;
const SPACE = 3;

/** Kind of each UTF-16 unit, found when it is first met. */
const kinds = new Uint8Array(0x10000);

function kindOf(unit: number): number {
  let kind = kinds[unit]!;
  if (kind === UNKNOWN) {
    kind = isPythonSpace(unit) ? SPACE : isWordCharacter(unit) ? WORD : OTHER;
    kinds[unit] = kind;
  }
  return kind;
}

const isLeading = (unit: number) => (unit & 0xfc00) === 0xd800;
const isTrailing = (unit: number) => (unit & 0xfc00) === 0xdc00;

/** What words are known by, at their numbers. */
const words = new TokenNumbers();
let wordsEpoch = 0;
/** Syllables * 8, + 4 for a difficult word of three and more as gunning fog counts them, + 2 where the word is on the easy list, + 1
 *  for more than six letters. */
let facts: number[] = [];
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
  const isEasy = easy.has(lower);
  // For fog textstat splits the word once more in lower case, where İ is i and a dot that is left out.
  const again = lower.includes('\u0307') ? syllablesOf(lower.replaceAll('\u0307', '')) : syllables;
  const isFoggy = !isEasy && again >= 3;
  facts.push(syllables * 8 + (isFoggy ? 4 : 0) + (isEasy ? 2 : 0) + (length > 6 ? 1 : 0));
  lengths.push(length);
}

/** One pass over a text.
 *
 *  Words are what white space leaves apart, without punctuation. Sentences run from a word boundary to the next `.`,
 *  `!` or `?`; those of two words or fewer do not count, but a text that is not empty has at least one: as textstat's
 *  `re.findall(r"\b[^.!?]+[.!?]*")`. */
function analyze(text: string): TextStatistics {
  tidy();
  const units = scratchUnits(text.length);
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
  let length = 0;
  let wordStart = 0;
  let wordEnd = 0;
  let inSentence = false;
  let sentenceWords = 0;
  let wordyInSentence = false;
  let wordBefore = false;

  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : 0x20;
    let kind = kindOf(unit);
    let pair = 0;
    if (isLeading(unit) && at + 1 < text.length && isTrailing(text.charCodeAt(at + 1))) {
      pair = text.charCodeAt(at + 1);
      kind = isWordCharacter(text.codePointAt(at)!) ? WORD : OTHER;
    }

    if (kind === SPACE) {
      if (inChunk) {
        if (length > 0) {
          const word = words.of(units, 0, length);
          if (word === facts.length) {
            // Where punctuation was left out, the word is not in the text as it is.
            learn(wordEnd - wordStart === length ? text.slice(wordStart, wordEnd) : words.token(word));
          }
          const fact = facts[word]!;
          const count = fact >> 3;
          wordCount++;
          syllables += count;
          letters += lengths[word]!;
          longWords += fact & 1;
          if (count >= 3) polysyllables++;
          if ((fact & 2) === 0) difficultWords++;
          if ((fact & 4) !== 0) difficultPolysyllables++;
          if (wordCount <= 100) {
            if (count >= 3) first.polysyllables++;
            else if (count > 0) first.easy++;
          }
          length = 0;
        }
        if (wordy && ++wordyChunks === 100 && at < text.length) {
          end = { at, sentences: counted + (inSentence && sentenceWords > 2 ? 1 : 0) };
        }
        inChunk = false;
        wordy = false;
      }
    } else {
      characters++;
      if (!inChunk) {
        inChunk = true;
        chunks++;
      }
      if (kind === WORD) {
        wordy = true;
        if (length === 0) wordStart = at;
        units[length++] = unit;
        if (pair !== 0) units[length++] = pair;
        wordEnd = at + (pair === 0 ? 1 : 2);
      } else if (unit === APOSTROPHE && isContraction(text, at)) {
        if (length === 0) wordStart = at;
        units[length++] = unit;
        wordEnd = at + 1;
      }
    }

    if (isTerminator(unit)) {
      if (inSentence && sentenceWords > 2) counted++;
      inSentence = false;
      wordBefore = false;
    } else {
      const isWord = kind === WORD;
      if (!inSentence && isWord !== wordBefore && at < text.length) {
        inSentence = true;
        sentenceWords = 0;
        wordyInSentence = false;
      }
      if (kind === SPACE) wordyInSentence = false;
      else if (isWord && !wordyInSentence) {
        wordyInSentence = true;
        sentenceWords++;
      }
      wordBefore = isWord;
    }
    if (pair !== 0) at++;
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
