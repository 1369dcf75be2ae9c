/** Toxicity by lexicon: does a text hold a slur, an obscenity or an abusive phrase. A floor, not a classifier: it
 *  finds words, not meaning. It misses whatever is said politely, misspelt or in another language, and it calls a
 *  quotation, a dictionary entry or a text against abuse toxic. English. The words: toxicity-lexicon.json. */
import { signature } from './signature.ts';
import lexicon from './toxicity-lexicon.json' with { type: 'json' };

type Category = keyof typeof lexicon;

/** Phrases in lower case, a word that ends with `*` with its endings. Whole words only: Scunthorpe is a town. */
function patternOf(phrases: readonly string[]): RegExp {
  const alternatives = phrases.map((phrase) =>
    phrase.replaceAll(' ', ' {1,3}').replace(/\*$/, '(?:s|es|ed|er|ers|ing|in|y)?'),
  );
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${alternatives.join('|')})(?![\\p{L}\\p{N}_])`, 'u');
}

const patterns = (Object.keys(lexicon) as Category[]).map((category) => ({
  category,
  pattern: patternOf(lexicon[category]),
}));

/** Categories of which the text holds a phrase. */
export function toxicCategories(text: string): readonly Category[] {
  const plain = text
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\n\r\t]/g, ' ');
  return patterns.filter(({ pattern }) => pattern.test(plain)).map(({ category }) => category);
}

/** 1 when the text holds a phrase of the lexicon, else 0. */
export function detectToxicity(text: string): 0 | 1 {
  return toxicCategories(text).length > 0 ? 1 : 0;
}

/** Such as `toxicity|match:lexicon|lang:en|lexicon:1|harness:2`. */
export function toxicitySignature(): string {
  return `toxicity|${signature({ match: 'lexicon', lang: 'en', lexicon: 1 })}`;
}
