/** Sentences of a text by rules: abbreviations, initials, decimals, list items, quotations, ellipses, paragraphs, and
 *  the stops of scripts that put no space behind them. English abbreviations; other languages by their punctuation.
 *  Knows nothing of readability. Linear in the length of the text. Rules after Grefenstette and Tapanainen 1994 and Kiss
 *  and Strunk 2006 (what follows decides where an abbreviation could end a sentence); accuracy: SENTENCES.md beside this. */
import { isPythonSpace } from './python-text.ts';

/** Raised whenever a text is split otherwise than before. */
export const SENTENCE_RULES = 'rules-1';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** In lower case, without the last period. Something follows them in their sentence, always. */
const NEVER_LAST = set(
  'mr mrs ms mx dr prof st mt ft gen sen rep gov capt cpt lt col sgt maj adm cmdr rev hon pres supt messrs mme mlle ' +
    'e.g i.e eg cf vs v viz approx ca esp resp incl excl op al.e dept univ assn bros',
);

/** Not last before a number. */
const BEFORE_NUMBER = set(
  'no nos fig figs eq eqs p pp vol vols ch chap sec sect art par para ed tab ref refs ver c jan feb mar apr jun jul ' +
    'aug sep sept oct nov dec',
);

/** May be last: then a sentence begins behind them, which its first word must show. */
const MAY_BE_LAST = set(
  'etc inc ltd co corp llc jr sr esq al ave blvd rd a.m p.m am pm u.s u.k u.n e.u u.s.a d.c b.c a.d ph.d m.d b.a m.a b.sc ' +
    'm.sc ll.b n.b p.s r.s.v.p n.y l.a est ext min max sq cu oz lb lbs in',
);

/** Capitalised, they begin a sentence more often than they go on with a name. */
const STARTERS = set(
  'the a an he she it we they i you this that these those there here in on at by for from with after before when while if ' +
    'as but and or so yet then however although because since his her its our their my your who what where why how all ' +
    'some many most no not now today yesterday tomorrow please',
);

const POINT = '.';
const OPEN_STOPS = '!?؟۔।॥።։';
/** No space follows these. */
const WIDE_STOPS = '。！？｡．';
const ELLIPSIS = '…';
const CLOSERS = '"\'”’»)]}」』）】〉》';
const OPENERS = '"\'“‘«([{「『（【〈《¿¡';

const isSpace = (text: string, at: number) => isPythonSpace(text.charCodeAt(at));
const isLetter = (unit: string) => /\p{L}/u.test(unit);
const isUpper = (unit: string) => /\p{Lu}/u.test(unit);
const isLower = (unit: string) => /\p{Ll}/u.test(unit);
const isDigit = (unit: string) => /\p{Nd}/u.test(unit);

/** Whether a mark may end a sentence here. `；` never does, `;` only as the question mark that it is in Greek, and a wide
 *  point not between digits. */
function isStop(text: string, at: number): boolean {
  const unit = text[at]!;
  if (unit === ';' || unit === '\u037e') return at > 0 && /\p{Script=Greek}/u.test(text[at - 1]!);
  if (unit === '．') return !(isDigit(text[at - 1] ?? '') && isDigit(text[at + 1] ?? ''));
  return unit === POINT || unit === ELLIPSIS || OPEN_STOPS.includes(unit) || WIDE_STOPS.includes(unit);
}

/** Longest word that is looked at. */
const REACH = 24;

/** Letters and periods right before a place. */
function wordBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < REACH && (text[start - 1] === POINT || isLetter(text[start - 1]!)))
    start--;
  return text.slice(start, at);
}

/** Letters from a place on, in lower case. */
function wordFrom(text: string, at: number): string {
  let end = at;
  while (end < text.length && end - at < REACH && isLetter(text[end]!)) end++;
  return text.slice(at, end).toLowerCase();
}

/** Behind white space and what opens a quotation or bracket. */
function firstLetter(text: string, at: number): number {
  let next = at;
  while (next < text.length && OPENERS.includes(text[next]!)) next++;
  return next;
}

/** Whether one period, with white space or nothing behind it, ends a sentence.
 *  @param start of the sentence
 *  @param at of the period
 *  @param next place of what follows the white space */
function periodEnds(text: string, start: number, at: number, next: number): boolean {
  // "1." and "b)" before an item; the sentence has nothing else yet.
  if (at - start <= 4 && /^\(?(?:\p{Nd}{1,3}|\p{L})$/u.test(text.slice(start, at))) return false;
  const following = firstLetter(text, next);
  if (following >= text.length) return true;
  const first = text[following]!;
  const word = wordBefore(text, at);
  const lower = word.toLowerCase();
  const starts = isUpper(first) && STARTERS.has(wordFrom(text, following));
  const initial = word.length === 1 && isUpper(word) && (at < 2 || /[\s\p{P}]/u.test(text[at - 2]!));
  if (NEVER_LAST.has(lower)) return false;
  if (BEFORE_NUMBER.has(lower) && isDigit(first)) return false;
  if (initial || MAY_BE_LAST.has(lower) || /^(?:\p{L}\.)+\p{L}$/u.test(word))
    return starts || following > next;
  if (isLower(first)) return word.length > 1 && /[aeiouy]/i.test(word) && !BEFORE_NUMBER.has(lower);
  return true;
}

/** Place behind the white space from `at` on. */
function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text, next)) next++;
  return next;
}

const ITEM = /^(?:[-*•–—+]|\(?(?:\p{Nd}{1,3}|\p{L})[.)])\s/u;

/** Whether a line break in text[from … to) ends a sentence: an empty line does, and the beginning of a list item. */
function breaks(text: string, from: number, to: number): boolean {
  const first = text.indexOf('\n', from);
  if (first < 0 || first >= to) return false;
  const second = text.indexOf('\n', first + 1);
  return (second >= 0 && second < to) || ITEM.test(text.slice(to, to + 8));
}

/** Whether the stops text[at … end), with their closing marks up to `closed`, end a sentence. */
function stopsEnd(text: string, start: number, at: number, end: number, closed: number): boolean {
  const next = skipSpace(text, closed);
  if (next >= text.length) return true;
  const last = text[end - 1]!;
  // 「はい。」と言った。 It goes on after the quotation, with a particle or a comma.
  if (WIDE_STOPS.includes(last)) return closed === end || !/[\u3041-\u309f、，,]/.test(text[closed]!);
  if (next === closed) return false;
  const following = text[firstLetter(text, next)] ?? '';
  // "Why?" he asked. It goes on, as it does after (sic!) and after a pause …
  if (isLower(following) && (closed > end || last === ELLIPSIS || (last === POINT && end - at > 1)))
    return false;
  return last === POINT && end - at === 1 ? periodEnds(text, start, at, next) : true;
}

/** The sentences of a text, in its order, without white space around them; what has no letter or digit belongs to the
 *  sentence before. No sentence for a text without either. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  const add = (from: number, to: number) => {
    const sentence = text.slice(from, to).trim();
    if (/[\p{L}\p{N}]/u.test(sentence)) sentences.push(sentence);
  };
  let start = skipSpace(text, 0);
  let at = start;
  while (at < text.length) {
    if (isSpace(text, at)) {
      const next = skipSpace(text, at);
      if (breaks(text, at, next)) {
        add(start, at);
        start = next;
      }
      at = next;
    } else if (isStop(text, at)) {
      let end = at + 1;
      while (end < text.length && isStop(text, end)) end++;
      let closed = end;
      while (closed < text.length && CLOSERS.includes(text[closed]!)) closed++;
      if (stopsEnd(text, start, at, end, closed)) {
        add(start, closed);
        start = skipSpace(text, closed);
        at = start;
      } else at = closed;
    } else at++;
  }
  add(start, text.length);
  return sentences;
}

/** How many sentences a text has, an integer >= 0. */
export function countSentences(text: string): number {
  return splitSentences(text).length;
}
