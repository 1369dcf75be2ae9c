/** Word noise: the difference between a template and what a person types. Marked words are never touched. */
import type { MersenneTwister } from '../random.ts';
import { asSentence, withoutMarks } from './wording.ts';
import type { Vocabulary } from './words.ts';

const FILLERS = [
  'please',
  'um',
  'well',
  'so',
  'now',
  'then',
  'maybe',
  'actually',
  'just',
  'ok',
  'really',
  'again',
];

/** Shares of prompts, or of unmarked words, that get each disturbance. */
const SHARE = { noisy: 0.5, word: 0.15, filler: 0.3, typo: 0.25, lowerCase: 0.35, noEnd: 0.4 } as const;

function withTypo(word: string, rng: MersenneTwister): string {
  if (word.length < 4) return word;
  const at = 1 + rng.below(word.length - 2);
  const [before, here, next, after] = [word.slice(0, at), word[at]!, word[at + 1]!, word.slice(at + 2)];
  return rng.choice([
    `${before}${next}${here}${after}`,
    `${before}${next}${after}`,
    `${before}${here}${here}${next}${after}`,
  ]);
}

function disturbWord(word: string, rng: MersenneTwister, words: Vocabulary): string[] {
  if (word.includes('*') || !rng.chance(SHARE.word)) return [word];
  return rng.chance(0.5) ? [] : [rng.choice(rng.choice([words.nouns, words.verbs, words.adjectives]))];
}

/** The wording as it stands, or disturbed: words dropped, replaced, inserted, mistyped; case and final mark lost. */
export function asTyped(wording: string, rng: MersenneTwister, words: Vocabulary): string {
  if (!rng.chance(SHARE.noisy)) return asSentence(wording);
  const typed = wording.split(' ').flatMap((word) => disturbWord(word, rng, words));
  if (typed.length === 0) return asSentence(wording);
  if (rng.chance(SHARE.filler)) {
    const filler = rng.chance(0.5) ? rng.choice(FILLERS) : rng.choice(words.nouns);
    typed.splice(rng.chance(0.6) ? 0 : typed.length, 0, filler);
  }
  if (rng.chance(SHARE.typo)) {
    const at = rng.below(typed.length);
    if (!typed[at]!.includes('*')) typed[at] = withTypo(typed[at]!, rng);
  }
  const sentence = asSentence(typed.join(' '));
  const cased = rng.chance(SHARE.lowerCase) ? sentence.toLowerCase() : sentence;
  return rng.chance(SHARE.noEnd) ? cased.replace(/[.?!]+$/, '') : cased;
}

/** Every word that is marked in one of the wordings, in lower case. */
export function markedWords(wordings: Iterable<string>): Set<string> {
  const marked = new Set<string>();
  for (const wording of wordings) {
    for (const word of wording.split(' ')) {
      if (word.includes('*'))
        marked.add(
          withoutMarks(word)
            .toLowerCase()
            .replaceAll(/[^a-z]/g, ''),
        );
    }
  }
  return marked;
}
