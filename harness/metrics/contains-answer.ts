/** Does a text give the answer, wherever in a sentence it stands: accuracy for models that answer in their own words,
 *  where an exact match would measure style. Whole words, without case and accents; an answer that is only denied
 *  ("it is not Sydney"), or only asked about, is not given. Knows the text and the answers; not what is true. */
import { referenceList, type References } from './references.ts';
import { signature } from './signature.ts';

/** Words before an answer that deny it, within its clause. */
const DENIALS: ReadonlySet<string> = new Set([
  'not', 'never', 'neither', 'nor', 'no', 'isnt', 'wasnt', 'arent', 'werent', 'dont', 'doesnt', 'didnt', 'cannot',
  'cant', 'wont', 'hardly', 'unlike', 'except', 'instead', 'without', 'than',
]); // prettier-ignore

/** Words that turn a clause round: "not Lyon but Paris". */
const TURNS: ReadonlySet<string> = new Set([
  'but',
  'rather',
  'because',
  'although',
  'though',
  'while',
  'only',
]);

/** Words before an answer in which a denial reaches it. */
const REACH = 5;

/** Answers that were denied after being named: "Sydney is not the capital". */
const DENIED_AFTER =
  /^(?:is|was|are|were|be|would be)(?: not|nt) (?:the|it|right|correct|true|my|so)\b|^(?:isnt|wasnt|arent|werent) (?:the|it|right|correct|true|my|so)\b/;

/** Words of a sentence, and whether it asks. */
interface Clause {
  readonly words: readonly string[];
  readonly asks: boolean;
}

/** Runs of letters or of digits, with a sign, a decimal point or what makes a name of a letter (C++, C#). Words of up to
 *  two letters keep their case, by which alone the symbol "He" and the pronoun differ; longer ones lose it. */
function wordsOf(text: string): string[] {
  return (
    text
      .match(/[-−]?\d+(?:\.\d+)?|[\p{L}\p{N}]+(?:\+\+|#)?/gu)
      ?.map((word) => (word.length > 2 ? word.toLowerCase() : word.replace('−', '-'))) ?? []
  );
}

/** Words that sound like a denial and affirm. */
const AFFIRMED =
  /\b(?:(?:there is |with |i have )?no doubt|without (?:a |any )?(?:doubt|question)|(?:none|no) other than)\b/gi;

/** "No, it is Paris": what it denies was said before. */
const OBJECTION = /(^|[.!?;:\n])\s{0,8}no[,—–-]/gi;

/** A comma behind which a clause of its own begins: "it is not Lyon, it is Paris". */
const NEW_CLAUSE = /, (?=(?:it|its|he|she|they|this|that|the (?:answer|right|correct|capital)) )/gi;

/** No accents, no apostrophes, no commas between groups of digits, hyphens as spaces. */
function plain(text: string): string {
  return text
    .replace(AFFIRMED, ' ')
    .replace(OBJECTION, '$1 ')
    .replace(NEW_CLAUSE, '; ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/['\u2018\u2019\u02bc]/g, '')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
    .replace(/([\p{L}\p{N}])[-\u2010\u2011](?=[\p{L}\p{N}])/gu, '$1 ');
}

function clausesOf(text: string): Clause[] {
  const clauses: Clause[] = [];
  for (const [, body, end] of plain(text).matchAll(/((?:[^.!?;:\n]|\.(?=\d))+)([.!?;:\n]?)/g)) {
    clauses.push({ words: wordsOf(body!), asks: end === '?' });
  }
  return clauses;
}

function startsOf(words: readonly string[], answer: readonly string[]): number[] {
  const starts: number[] = [];
  for (let at = 0; at + answer.length <= words.length; at++) {
    if (answer.every((word, offset) => words[at + offset] === word)) starts.push(at);
  }
  return starts;
}

function isDenied(words: readonly string[], start: number, length: number): boolean {
  for (let at = start - 1; at >= Math.max(0, start - REACH); at--) {
    if (TURNS.has(words[at]!)) break;
    if (DENIALS.has(words[at]!.toLowerCase())) return true;
  }
  return DENIED_AFTER.test(
    words
      .slice(start + length, start + length + 4)
      .join(' ')
      .toLowerCase(),
  );
}

/** 1 when the text gives one of the answers: more often affirmed than denied, questions apart; else 0.
 *  @param references the answer and its aliases, each as short as it can be: "Paris", not a sentence
 *  @throws E_INPUT_INVALID without one */
export function containsAnswer(text: string, references: References): 0 | 1 {
  const answers = referenceList(references)
    .map((each) => wordsOf(plain(each)))
    .filter((words) => words.length > 0);
  let balance = 0;
  for (const { words, asks } of clausesOf(text)) {
    if (asks) continue;
    for (const answer of answers) {
      for (const start of startsOf(words, answer)) balance += isDenied(words, start, answer.length) ? -1 : 1;
    }
  }
  return balance > 0 ? 1 : 0;
}

/** Such as `containsAnswer|norm:words,no-accents|denied:5-words,in-clause|refs:any|harness:2`. */
export function containsAnswerSignature(): string {
  return `containsAnswer|${signature({ norm: 'words,no-accents', denied: `${REACH}-words,in-clause`, refs: 'any' })}`;
}
