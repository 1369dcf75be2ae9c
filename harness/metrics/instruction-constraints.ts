/** Instructions that a program can verify: so many words, bullets, a JSON object, no commas. One row of a table is one
 *  kind: how it is asked for, and whether a text keeps to it. In the manner of IFEval (Zhou et al. 2023,
 *  arXiv:2311.07911), with kinds and wordings of our own. Knows texts; knows nothing of prompts or models. */
import { parseJsonOutput } from './json-output.ts';
import { detectLanguage } from './language.ts';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { splitWhitespace } from './python-text.ts';
import { splitSentences } from './sentence-splitter.ts';
import { signature } from './signature.ts';

interface ConstraintValues {
  wordsAtLeast: number;
  wordsAtMost: number;
  sentencesExactly: number;
  sentencesAtMost: number;
  paragraphsExactly: number;
  bulletsExactly: number;
  numberedExactly: number;
  jsonWithKeys: readonly string[];
  include: readonly string[];
  exclude: readonly string[];
  mention: { readonly word: string; readonly atLeast: number };
  startWith: string;
  endWith: string;
  title: true;
  quoted: true;
  uppercase: true;
  lowercase: true;
  noCommas: true;
  noDigits: true;
  postscript: true;
  boldAtLeast: number;
  headingsExactly: number;
  language: string;
  separatedBy: { readonly mark: string; readonly parts: number };
}

export type ConstraintKind = keyof ConstraintValues;

/** One instruction: its kind and what it asks. */
export type Constraint = {
  readonly [K in ConstraintKind]: { readonly kind: K; readonly value: ConstraintValues[K] };
}[ConstraintKind];

const lines = (text: string): string[] => text.split(/\r?\n/);
const countLines = (text: string, form: RegExp): number =>
  lines(text).filter((line) => form.test(line)).length;
const countWords = (text: string): number => splitWhitespace(text).length;
const lettersOf = (text: string): string => text.replace(/[^\p{L}]/gu, '');

/** Whole words, whatever the case. */
function occurrences(text: string, word: string): number {
  const needle = word.toLowerCase();
  const hay = text.toLowerCase();
  const isWord = (character: string | undefined) =>
    character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  let count = 0;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
    if (!isWord(hay[at - 1]) && !isWord(hay[at + needle.length])) count++;
  }
  return count;
}

function paragraphs(text: string): string[] {
  return text.split(/\n[ \t\r]{0,100}\n/).filter((part) => part.trim() !== '');
}

function hasKeys(text: string, keys: readonly string[]): boolean {
  const parsed = parseJsonOutput(text, { fence: 'allow' })?.value;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
  return Object.keys(parsed).length === keys.length && keys.every((key) => Object.hasOwn(parsed, key));
}

const checks: { readonly [K in ConstraintKind]: (text: string, value: ConstraintValues[K]) => boolean } = {
  wordsAtLeast: (text, n) => countWords(text) >= n,
  wordsAtMost: (text, n) => countWords(text) <= n,
  sentencesExactly: (text, n) => splitSentences(text).length === n,
  sentencesAtMost: (text, n) => splitSentences(text).length <= n,
  paragraphsExactly: (text, n) => paragraphs(text).length === n,
  bulletsExactly: (text, n) => countLines(text, /^\s{0,8}[-*•] +\S/) === n,
  numberedExactly: (text, n) => countLines(text, /^\s{0,8}\d{1,3}[.)] +\S/) === n,
  jsonWithKeys: hasKeys,
  include: (text, words) => words.every((word) => occurrences(text, word) > 0),
  exclude: (text, words) => words.every((word) => occurrences(text, word) === 0),
  mention: (text, { word, atLeast }) => occurrences(text, word) >= atLeast,
  startWith: (text, start) => text.trimStart().toLowerCase().startsWith(start.toLowerCase()),
  endWith: (text, end) => text.trimEnd().toLowerCase().endsWith(end.toLowerCase()),
  title: (text) => /<<[^<>\n]{1,200}>>/.test(text),
  quoted: (text) => /^["\u201c][\s\S]{1,100000}["\u201d]$/.test(text.trim()),
  uppercase: (text) => lettersOf(text) !== '' && text === text.toUpperCase(),
  lowercase: (text) => lettersOf(text) !== '' && text === text.toLowerCase(),
  noCommas: (text) => !/[,\uff0c\u060c]/.test(text),
  noDigits: (text) => !/\p{Nd}/u.test(text),
  postscript: (text) => lines(text).some((line) => /^\s{0,8}P\.? ?S\.?[:\s]/i.test(line)),
  boldAtLeast: (text, n) => (text.match(/\*\*[^*\n]{1,400}\*\*/g)?.length ?? 0) >= n,
  headingsExactly: (text, n) => countLines(text, /^#{1,6} +\S/) === n,
  language: (text, language) => detectLanguage(text) === language,
  separatedBy: (text, { mark, parts }) => {
    const split = text.split(mark);
    return split.length === parts && split.every((part) => part.trim() !== '');
  },
};

export const constraintKinds = Object.keys(checks) as readonly ConstraintKind[];

/** What makes a value no constraint, in words; null where it is one. */
export function constraintFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'is no object {"kind": …, "value": …}';
  const { kind, value: asked } = value as { readonly kind?: unknown; readonly value?: unknown };
  if (!constraintKinds.includes(kind as ConstraintKind)) {
    return `has no kind among ${constraintKinds.join(', ')}`;
  }
  return asked === undefined ? 'has no value' : null;
}

/** Whether the text keeps to one instruction. An empty text keeps to none: saying nothing obeys nobody. */
export function keepsTo(text: string, constraint: Constraint): boolean {
  if (text.trim() === '') return false;
  // Each row takes the value of its own kind.
  const check = checks[constraint.kind] as (text: string, value: unknown) => boolean;
  return check(text, constraint.value);
}

/** Share of the instructions that the text keeps to, in [0, 1]; null without instructions. */
export function instructionsKept(text: string, constraints: readonly Constraint[]): MetricValue {
  if (constraints.length === 0) return undefinedBecause('no instructions to verify');
  return constraints.filter((each) => keepsTo(text, each)).length / constraints.length;
}

/** 1 when the text keeps to all of them, else 0; null without instructions. */
export function allInstructionsKept(text: string, constraints: readonly Constraint[]): MetricValue {
  const share = instructionsKept(text, constraints);
  return typeof share === 'number' ? Number(share === 1) : share;
}

export function instructionsSignature(name: 'instructionsKept' | 'allInstructionsKept'): string {
  return `${name}|${signature({ kinds: constraintKinds.length, mode: 'strict' })}`;
}
