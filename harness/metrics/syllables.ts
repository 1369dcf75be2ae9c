/** Syllables of English words as textstat 0.7.11 counts them: the vowels of the first pronunciation in CMUdict
 *  0.7a (as NLTK carries it), else the hyphenation points of pyphen's en_US patterns plus one.
 *  Both come from npm packages of another edition: a newer CMUdict, and the TeX patterns that pyphen's file was
 *  made of; syllable-corrections.json lists the words on which that makes a difference (made by
 *  fixtures/golden/metrics/make_syllable_corrections.py). Of words with Unicode's ligatures (ﬁ, ﬂ), for which pyphen has
 *  patterns that are not TeX's, the count may be another. Knows words, no texts. */
import { hyphenationPoints } from './hyphenation.ts';
import { pronouncedVowels } from './pronunciations.ts';
import corrections from './syllable-corrections.json' with { type: 'json' };

const corrected = new Map(
  Object.entries(corrections).flatMap(([count, words]) =>
    words.split(' ').map((word) => [word, Number(count)] as const),
  ),
);

/** Syllables of one lower-case word without punctuation, an integer; 0 for the few words without a vowel. */
export function syllablesOf(word: string): number {
  return corrected.get(word) ?? pronouncedVowels(word) ?? hyphenationPoints(word) + 1;
}
