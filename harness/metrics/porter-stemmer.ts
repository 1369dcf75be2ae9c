/** Porter's stemmer in NLTK's extended mode (NLTK 3.10, `PorterStemmer()`), which rouge_score uses.
 *  It differs from Porter 1980 (and from npm stemmers) in irregular words, in -ies and -ied of four letters, in
 *  y after a consonant, and in -alli, -bli, -fulli and -logi. Knows lower-case words only. Linear in their length.
 *  Source: Porter 1980, "An algorithm for suffix stripping", with the changes NLTK documents. */

const IRREGULAR = new Map([
  ['skies', 'sky'],
  ['sky', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

function isVowelLetter(letter: string | undefined): boolean {
  return letter === 'a' || letter === 'e' || letter === 'i' || letter === 'o' || letter === 'u';
}

/** A y is a consonant at the start and after a vowel: in a run of them every second one is. */
function isConsonant(word: string, at: number): boolean {
  if (word[at] !== 'y') return !isVowelLetter(word[at]);
  let start = at;
  while (start > 0 && word[start] === 'y') start--;
  const odd = (at - start) % 2 === 1;
  return word[start] === 'y' ? !odd : isVowelLetter(word[start]) === odd;
}

/** m in [C](VC){m}[V]. */
function measure(stem: string): number {
  let count = 0;
  let afterConsonant = false;
  for (let at = 0; at < stem.length; at++) {
    const letter = stem[at];
    const consonant: boolean = letter === 'y' ? at === 0 || !afterConsonant : !isVowelLetter(letter);
    if (consonant && at > 0 && !afterConsonant) count++;
    afterConsonant = consonant;
  }
  return count;
}

function hasVowel(stem: string): boolean {
  let afterConsonant = false;
  for (let at = 0; at < stem.length; at++) {
    const letter = stem[at];
    const consonant: boolean = letter === 'y' ? at === 0 || !afterConsonant : !isVowelLetter(letter);
    if (!consonant) return true;
    afterConsonant = consonant;
  }
  return false;
}

function endsDoubleConsonant(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word, word.length - 1);
}

/** Consonant, vowel, consonant other than w, x, y; or a whole word of vowel and consonant. */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return !isConsonant(word, 0) && isConsonant(word, 1);
  return (
    last >= 2 &&
    isConsonant(word, last - 2) &&
    !isConsonant(word, last - 1) &&
    isConsonant(word, last) &&
    !'wxy'.includes(word[last]!)
  );
}

type Rule = readonly [suffix: string, replacement: string, applies: (stem: string, word: string) => boolean];

const always = () => true;
const positive = (stem: string) => measure(stem) > 0;
const aboveOne = (stem: string) => measure(stem) > 1;

/** The first rule whose suffix fits decides: it replaces the suffix, or leaves the word as it is. */
function applyFirst(word: string, rules: readonly Rule[]): string {
  for (const [suffix, replacement, applies] of rules) {
    if (word.endsWith(suffix)) {
      const stem = word.slice(0, word.length - suffix.length);
      return applies(stem, word) ? stem + replacement : word;
    }
  }
  return word;
}

const STEP_1A: readonly Rule[] = [
  ['sses', 'ss', always],
  ['ies', 'i', always],
  ['ss', 'ss', always],
  ['s', '', always],
];

const STEP_2: readonly Rule[] = [
  ['ational', 'ate', positive],
  ['tional', 'tion', positive],
  ['enci', 'ence', positive],
  ['anci', 'ance', positive],
  ['izer', 'ize', positive],
  ['bli', 'ble', positive],
  ['alli', 'al', positive],
  ['entli', 'ent', positive],
  ['eli', 'e', positive],
  ['ousli', 'ous', positive],
  ['ization', 'ize', positive],
  ['ation', 'ate', positive],
  ['ator', 'ate', positive],
  ['alism', 'al', positive],
  ['iveness', 'ive', positive],
  ['fulness', 'ful', positive],
  ['ousness', 'ous', positive],
  ['aliti', 'al', positive],
  ['iviti', 'ive', positive],
  ['biliti', 'ble', positive],
  ['fulli', 'ful', positive],
  // The measure is of the word without -ogi's last three letters, the l included.
  ['logi', 'log', (_stem, word) => positive(word.slice(0, -3))],
];

const STEP_3: readonly Rule[] = [
  ['icate', 'ic', positive],
  ['ative', '', positive],
  ['alize', 'al', positive],
  ['iciti', 'ic', positive],
  ['ical', 'ic', positive],
  ['ful', '', positive],
  ['ness', '', positive],
];

const STEP_4: readonly Rule[] = [
  ['al', '', aboveOne],
  ['ance', '', aboveOne],
  ['ence', '', aboveOne],
  ['er', '', aboveOne],
  ['ic', '', aboveOne],
  ['able', '', aboveOne],
  ['ible', '', aboveOne],
  ['ant', '', aboveOne],
  ['ement', '', aboveOne],
  ['ment', '', aboveOne],
  ['ent', '', aboveOne],
  ['ion', '', (stem) => aboveOne(stem) && (stem.endsWith('s') || stem.endsWith('t'))],
  ['ou', '', aboveOne],
  ['ism', '', aboveOne],
  ['ate', '', aboveOne],
  ['iti', '', aboveOne],
  ['ous', '', aboveOne],
  ['ive', '', aboveOne],
  ['ize', '', aboveOne],
];

function step1b(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, -3) + (word.length === 4 ? 'ie' : 'i');
  if (word.endsWith('eed')) return positive(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find(
    (each) => word.endsWith(each) && hasVowel(word.slice(0, word.length - each.length)),
  );
  if (suffix === undefined) return word;
  const stem = word.slice(0, word.length - suffix.length);
  if (stem.endsWith('at') || stem.endsWith('bl') || stem.endsWith('iz')) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return 'lsz'.includes(stem.at(-1)!) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function step2(word: string): string {
  if (word.endsWith('alli') && positive(word.slice(0, -4))) return step2(word.slice(0, -2));
  return applyFirst(word, STEP_2);
}

function step5a(word: string): string {
  if (!word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  const m = measure(stem);
  return m > 1 || (m === 1 && !endsShort(stem)) ? stem : word;
}

/** The stem of a lower-case word; words of one or two letters are their own. */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;

  let stem = word.length === 4 && word.endsWith('ies') ? word.slice(0, -1) : applyFirst(word, STEP_1A);
  stem = step1b(stem);
  if (stem.endsWith('y') && stem.length > 2 && isConsonant(stem, stem.length - 2)) {
    stem = `${stem.slice(0, -1)}i`;
  }
  stem = step2(stem);
  stem = applyFirst(stem, STEP_3);
  stem = applyFirst(stem, STEP_4);
  stem = step5a(stem);
  return stem.endsWith('ll') && aboveOne(stem.slice(0, -1)) ? stem.slice(0, -1) : stem;
}
