/** The verifiable instructions of IFEval (Zhou et al. 2023, arXiv:2311.07911), each as published: what counts as kept.
 *  Knows one text and one instruction; knows nothing of prompts or scores.
 *  Three things are decided otherwise than by the published script, which IFEVAL.md measures: sentences by our rules in
 *  place of Punkt's trained ones, languages by our detector in place of langdetect, and a letter such as `#` is counted
 *  where the script puts a random one in its place. Keywords are texts here and patterns there: the same for words. */
import { detectLanguage } from '../../metrics/language.ts';
import { splitWhitespace, trim } from '../../metrics/python-text.ts';
import { countSentences } from '../../metrics/sentence-splitter.ts';
import { isLowerCase, isUpperCase, treebankWords } from '../../metrics/treebank-words.ts';

type Relation = 'less than' | 'at least';

/** Arguments of each instruction, by the names that the set gives them. */
export interface InstructionArguments {
  readonly 'keywords:existence': { readonly keywords: readonly string[] };
  readonly 'keywords:frequency': {
    readonly keyword: string;
    readonly frequency: number;
    readonly relation: Relation;
  };
  readonly 'keywords:forbidden_words': { readonly forbidden_words: readonly string[] };
  readonly 'keywords:letter_frequency': {
    readonly letter: string;
    readonly let_frequency: number;
    readonly let_relation: Relation;
  };
  readonly 'language:response_language': { readonly language: string };
  readonly 'length_constraints:number_sentences': {
    readonly num_sentences: number;
    readonly relation: Relation;
  };
  readonly 'length_constraints:number_paragraphs': { readonly num_paragraphs: number };
  readonly 'length_constraints:number_words': { readonly num_words: number; readonly relation: Relation };
  readonly 'length_constraints:nth_paragraph_first_word': {
    readonly num_paragraphs: number;
    readonly nth_paragraph: number;
    readonly first_word: string;
  };
  readonly 'detectable_content:number_placeholders': { readonly num_placeholders: number };
  readonly 'detectable_content:postscript': { readonly postscript_marker: string };
  readonly 'detectable_format:number_bullet_lists': { readonly num_bullets: number };
  readonly 'detectable_format:constrained_response': object;
  readonly 'detectable_format:number_highlighted_sections': { readonly num_highlights: number };
  readonly 'detectable_format:multiple_sections': {
    readonly section_spliter: string;
    readonly num_sections: number;
  };
  readonly 'detectable_format:json_format': object;
  readonly 'detectable_format:title': object;
  readonly 'combination:two_responses': object;
  readonly 'combination:repeat_prompt': { readonly prompt_to_repeat: string };
  readonly 'startend:end_checker': { readonly end_phrase: string };
  readonly 'startend:quotation': object;
  readonly 'change_case:capital_word_frequency': {
    readonly capital_frequency: number;
    readonly capital_relation: Relation;
  };
  readonly 'change_case:english_capital': object;
  readonly 'change_case:english_lowercase': object;
  readonly 'punctuation:no_comma': object;
}

export type InstructionId = keyof InstructionArguments;

type ArgumentType = 'number' | 'text' | 'texts' | 'relation';

/** What each instruction must be given. */
export const argumentTypes: {
  readonly [Id in InstructionId]: { readonly [Name in keyof InstructionArguments[Id]]: ArgumentType };
} = {
  'keywords:existence': { keywords: 'texts' },
  'keywords:frequency': { keyword: 'text', frequency: 'number', relation: 'relation' },
  'keywords:forbidden_words': { forbidden_words: 'texts' },
  'keywords:letter_frequency': { letter: 'text', let_frequency: 'number', let_relation: 'relation' },
  'language:response_language': { language: 'text' },
  'length_constraints:number_sentences': { num_sentences: 'number', relation: 'relation' },
  'length_constraints:number_paragraphs': { num_paragraphs: 'number' },
  'length_constraints:number_words': { num_words: 'number', relation: 'relation' },
  'length_constraints:nth_paragraph_first_word': {
    num_paragraphs: 'number',
    nth_paragraph: 'number',
    first_word: 'text',
  },
  'detectable_content:number_placeholders': { num_placeholders: 'number' },
  'detectable_content:postscript': { postscript_marker: 'text' },
  'detectable_format:number_bullet_lists': { num_bullets: 'number' },
  'detectable_format:constrained_response': {},
  'detectable_format:number_highlighted_sections': { num_highlights: 'number' },
  'detectable_format:multiple_sections': { section_spliter: 'text', num_sections: 'number' },
  'detectable_format:json_format': {},
  'detectable_format:title': {},
  'combination:two_responses': {},
  'combination:repeat_prompt': { prompt_to_repeat: 'text' },
  'startend:end_checker': { end_phrase: 'text' },
  'startend:quotation': {},
  'change_case:capital_word_frequency': { capital_frequency: 'number', capital_relation: 'relation' },
  'change_case:english_capital': {},
  'change_case:english_lowercase': {},
  'punctuation:no_comma': {},
};

export type Instruction = {
  readonly [Id in InstructionId]: { readonly id: Id; readonly arguments: InstructionArguments[Id] };
}[InstructionId];

/** White space and the beginning of a line as Python's expressions have them. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LINE_START = '(?<![^\\n])';
const WORD = '[\\p{L}\\p{N}_]';

const STARRED_LINE = new RegExp(`${LINE_START}${SPACE}*\\*[^*][^\\n]*`, 'gu');
const DASHED_LINE = new RegExp(`${LINE_START}${SPACE}*-[^\\n]*`, 'gu');
const DIVIDER = new RegExp(`${SPACE}?\\*\\*\\*${SPACE}?`, 'u');
const POSTSCRIPTS: Readonly<Record<string, RegExp>> = {
  'P.P.S': new RegExp(`p\\.${SPACE}?p\\.${SPACE}?s`, 'u'),
  'P.S.': new RegExp(`p\\.${SPACE}?s\\.`, 'u'),
};

const OPTIONS = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'];

// Neither - nor / has a meaning outside of a class, and with the flag u an escaped - is an error.
const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const countOf = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
const holds = (count: number, relation: Relation, bound: number) =>
  relation === 'less than' ? count < bound : count >= bound;

/** `[` up to the next `]` of the same line. */
function placeholders(text: string): number {
  let count = 0;
  for (const line of text.split('\n')) {
    let open = line.indexOf('[');
    while (open >= 0) {
      const close = line.indexOf(']', open + 1);
      if (close < 0) break;
      count++;
      open = line.indexOf('[', close + 1);
    }
  }
  return count;
}

/** `*so*` and `**so**`, with something inside; a double one counts as both where the stars so fall, as published. */
function highlights(text: string): number {
  const single = text.match(/\*[^\n*]*\*/g) ?? [];
  const double = text.match(/\*\*[^\n*]*\*\*/g) ?? [];
  return [...single, ...double].filter((each) => trim(each.replaceAll('*', '')) !== '').length;
}

/** Parts between marks; null where an inner one is blank. The first and the last may be. */
function partsBetween(text: string, mark: string | RegExp): readonly string[] | null {
  const parts = text.split(mark);
  const blankInside = parts.some((part, at) => trim(part) === '' && at > 0 && at < parts.length - 1);
  return blankInside ? null : parts.filter((part) => trim(part) !== '');
}

function hasTitle(text: string): boolean {
  return text.split('\n').some((line) => {
    const [open, close] = [line.indexOf('<<'), line.lastIndexOf('>>')];
    if (open < 0 || close < open + 3) return false;
    return trim(line.slice(open, close + 2).replaceAll(/^<+|>+$/g, '')) !== '';
  });
}

function firstWordOf(paragraph: string): string {
  const word = splitWhitespace(paragraph)[0]!.replace(/^'+/, '').replace(/^"+/, '');
  return word.split(/[.,?!'"]/, 1)[0]!.toLowerCase();
}

function isJson(text: string): boolean {
  const bare = trim(
    trim(text)
      .replace(/^```(?:json|Json|JSON)?/, '')
      .replace(/```$/, ''),
  );
  try {
    JSON.parse(bare);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text in one case is English: one too short to tell passes. */
function mayBeEnglish(text: string): boolean {
  const language = detectLanguage(text);
  return language === null || language === 'en';
}

const checks: {
  readonly [Id in InstructionId]: (text: string, given: InstructionArguments[Id]) => boolean;
} = {
  'keywords:existence': (text, { keywords }) =>
    keywords.every((keyword) => new RegExp(literally(keyword), 'iu').test(text)),
  'keywords:frequency': (text, { keyword, frequency, relation }) =>
    holds(countOf(text, new RegExp(literally(trim(keyword)), 'giu')), relation, frequency),
  'keywords:forbidden_words': (text, { forbidden_words: words }) =>
    !words.some((word) => new RegExp(`(?<!${WORD})${literally(word)}(?!${WORD})`, 'iu').test(text)),
  'keywords:letter_frequency': (text, { letter, let_frequency: bound, let_relation: relation }) =>
    holds(text.toLowerCase().split(trim(letter).toLowerCase()).length - 1, relation, bound),
  'language:response_language': (text, { language }) => detectLanguage(text) === language,
  'length_constraints:number_sentences': (text, { num_sentences: bound, relation }) =>
    holds(countSentences(text), relation, bound),
  'length_constraints:number_paragraphs': (text, { num_paragraphs: count }) =>
    partsBetween(text, DIVIDER)?.length === count,
  'length_constraints:number_words': (text, { num_words: bound, relation }) =>
    holds(countOf(text, new RegExp(`${WORD}+`, 'gu')), relation, bound),
  'length_constraints:nth_paragraph_first_word': (text, given) => {
    const paragraphs = text.split('\n\n');
    const count = paragraphs.filter((paragraph) => trim(paragraph) !== '').length;
    const nth = given.nth_paragraph <= count ? trim(paragraphs[given.nth_paragraph - 1]!) : '';
    if (nth === '') return false;
    return count === given.num_paragraphs && firstWordOf(nth) === given.first_word.toLowerCase();
  },
  'detectable_content:number_placeholders': (text, { num_placeholders: least }) =>
    placeholders(text) >= least,
  'detectable_content:postscript': (text, { postscript_marker: marker }) => {
    const pattern = POSTSCRIPTS[trim(marker)];
    const lower = text.toLowerCase();
    return pattern ? pattern.test(lower) : lower.includes(trim(marker).toLowerCase());
  },
  'detectable_format:number_bullet_lists': (text, { num_bullets: count }) =>
    countOf(text, STARRED_LINE) + countOf(text, DASHED_LINE) === count,
  'detectable_format:constrained_response': (text) => OPTIONS.some((option) => text.includes(option)),
  'detectable_format:number_highlighted_sections': (text, { num_highlights: least }) =>
    highlights(text) >= least,
  'detectable_format:multiple_sections': (text, { section_spliter: mark, num_sections: least }) =>
    countOf(text, new RegExp(`${literally(trim(mark))}${SPACE}?\\p{Nd}+`, 'gu')) >= least,
  'detectable_format:json_format': isJson,
  'detectable_format:title': hasTitle,
  'combination:two_responses': (text) => {
    const answers = partsBetween(text, '******');
    return answers?.length === 2 && trim(answers[0]!) !== trim(answers[1]!);
  },
  'combination:repeat_prompt': (text, { prompt_to_repeat: prompt }) =>
    trim(text).toLowerCase().startsWith(trim(prompt).toLowerCase()),
  'startend:end_checker': (text, { end_phrase: phrase }) =>
    trim(text)
      .replaceAll(/^"+|"+$/g, '')
      .toLowerCase()
      .endsWith(trim(phrase).toLowerCase()),
  'startend:quotation': (text) => /^"[^]*"$/.test(trim(text)),
  'change_case:capital_word_frequency': (text, given) =>
    holds(treebankWords(text).filter(isUpperCase).length, given.capital_relation, given.capital_frequency),
  'change_case:english_capital': (text) => isUpperCase(text) && mayBeEnglish(text),
  'change_case:english_lowercase': (text) => isLowerCase(text) && mayBeEnglish(text),
  'punctuation:no_comma': (text) => !text.includes(','),
};

export const instructionIds = Object.keys(checks) as readonly InstructionId[];

/** Whether a text keeps one instruction, to the letter; a blank one keeps none. */
export function keepsStrictly(text: string, instruction: Instruction): boolean {
  if (trim(text) === '') return false;
  // Each row takes the arguments of its own instruction.
  const check = checks[instruction.id] as (text: string, given: object) => boolean;
  return check(text, instruction.arguments);
}

/** Whether the text keeps it when a first line, a last line or stars for emphasis are forgiven, in any combination. */
export function keepsLoosely(text: string, instruction: Instruction): boolean {
  const lines = text.split('\n');
  const cuts = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((kept) => trim(kept.join('\n')));
  return [text, ...cuts].some(
    (each) => keepsStrictly(each, instruction) || keepsStrictly(each.replaceAll('*', ''), instruction),
  );
}
