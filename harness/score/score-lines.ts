/** The input of `harness score`: JSON Lines, one text a line with what is known of it. One table says which fields
 *  there are and what they may hold. Knows the lines, nothing of scores. */
import { HarnessError } from '../errors.ts';
import { constraintFault } from '../metrics/instruction-constraints.ts';
import { languages } from '../metrics/language.ts';
import { isObject, isTexts, jsonLinesReader, type Fields } from '../tasks/json-lines.ts';
import { nearest } from '../tasks/nearest.ts';
import type { ScoredText } from '../metrics/score-definition.ts';

export interface ScoreLine extends ScoredText {
  readonly id?: string;
  /** Lines that are not independent share one. */
  readonly cluster?: string;
  /** What the text answers: the prompt. For the judge. */
  readonly source?: string;
  /** Another answer to the same source, to compare the text with. */
  readonly other?: string;
  /** What a person says of the text, on the judge's scale. */
  readonly human?: number;
}

interface FieldRow {
  /** What it must be, in words. */
  readonly is: string;
  readonly for: string;
  readonly fits: (value: unknown) => boolean;
}

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isList = (value: unknown, fits: (each: unknown) => boolean) =>
  Array.isArray(value) && value.every(fits);

/** Every field of a line. */
export const scoreFieldRows = {
  hypothesis: { is: 'a string', for: 'the text to score', fits: isText },
  references: { is: 'a list of strings', for: 'what it is compared with', fits: isTexts },
  id: { is: 'a string', for: 'comes back in its row', fits: isText },
  cluster: { is: 'a string', for: 'lines that are not independent share one', fits: isText },
  keywords: { is: 'a list of strings', for: 'keywordCoverage', fits: isTexts },
  language: {
    is: `one of ${languages.join(', ')}`,
    for: 'languageMatch',
    fits: (value) => (languages as readonly unknown[]).includes(value),
  },
  constraints: {
    is: 'a list of {"kind": …, "value": …}',
    for: 'instructionsKept, allInstructionsKept: what was asked',
    fits: (value) => isList(value, (each) => constraintFault(each) === null),
  },
  schema: {
    is: 'a JSON Schema',
    for: 'jsonSchema; or json.schema for all lines',
    fits: (value) => isObject(value) || typeof value === 'boolean',
  },
  logprobs: {
    is: 'a list of numbers',
    for: 'perplexity, bitsPerByte: natural logarithms, one a token',
    fits: (value) => isList(value, isNumber),
  },
  confidence: {
    is: 'a number from 0 to 1',
    for: 'ece, brier: stated probability of being right',
    fits: (value) => isNumber(value) && Number(value) >= 0 && Number(value) <= 1,
  },
  correct: {
    is: 'true or false',
    for: 'ece, brier: whether it is right',
    fits: (value) => typeof value === 'boolean' || value === 0 || value === 1,
  },
  samples: { is: 'an integer from 0', for: 'passAtK: attempts at the problem', fits: isCount },
  passed: {
    is: 'an integer from 0, or a list of true and false',
    for: 'passAtK: attempts that passed; a list needs no samples',
    fits: (value) => isCount(value) || isList(value, (each) => typeof each === 'boolean'),
  },
  source: { is: 'a string', for: 'judge: the prompt that the text answers', fits: isText },
  other: { is: 'a string', for: 'judge.pairwise: the answer to compare it with', fits: isText },
  human: { is: 'a number', for: "judge: a person's verdict, on the judge's scale", fits: isNumber },
} as const satisfies Record<string, FieldRow>;

export type ScoreLineField = keyof typeof scoreFieldRows;

const FIELDS = Object.keys(scoreFieldRows) as ScoreLineField[];

/** Faults that are listed; the rest are counted. */
const MOST_FAULTS = 50;

/** A field that is not known is somebody's own and stays, unless it is close to one that is needed and missing. */
function misspelt(fields: Fields, needs: readonly ScoreLineField[]): string[] {
  return Object.keys(fields).flatMap((key) => {
    if ((FIELDS as readonly string[]).includes(key)) return [];
    const missing = [...needs, 'id', 'cluster'].filter((field) => !Object.hasOwn(fields, field));
    const close = nearest(key, missing);
    return close === null ? [] : [`unknown field ${JSON.stringify(key)}; did you mean ${close}?`];
  });
}

function faultsOf(fields: Fields, needs: readonly ScoreLineField[]): string[] {
  const faults = misspelt(fields, needs);
  for (const name of FIELDS) {
    const present = Object.hasOwn(fields, name);
    // Without its text a line is of no use to a score of texts; any other field may be missing from some.
    const missing = name === 'hypothesis' && needs.includes(name);
    if (present ? !scoreFieldRows[name].fits(fields[name]) : missing) {
      faults.push(`${name} must be ${scoreFieldRows[name].is}`);
    }
  }
  const { samples, passed } = fields;
  const most = Array.isArray(passed) ? passed.length : Number(passed);
  if (typeof samples === 'number' && (Array.isArray(passed) ? most !== samples : most > samples)) {
    faults.push(`passed has ${most} attempts, samples ${samples}`);
  }
  return faults;
}

/** Fields as scores read them. */
function lineOf(fields: Fields): ScoreLine {
  const { hypothesis = '', references = [], keywords = [], correct, passed } = fields;
  const outcomes = Array.isArray(passed) ? (passed as readonly boolean[]) : null;
  return {
    ...(fields as Partial<ScoreLine>),
    hypothesis: hypothesis as string,
    references: references as readonly string[],
    keywords: keywords as readonly string[],
    ...(correct !== undefined && { correct: Boolean(correct) }),
    ...(outcomes !== null && {
      samples: outcomes.length,
      passed: outcomes.filter(Boolean).length,
    }),
  };
}

/** Reads lines one by one, so that what is read need not be held as text as well.
 *  @param needs fields that the scores need: those whose misspelling is a fault */
export function scoreLinesReader(needs: readonly ScoreLineField[]): {
  readonly push: (line: string) => void;
  /** @throws E_INPUT_INVALID with the faults and their lines, or when there was no line at all */
  readonly lines: () => readonly ScoreLine[];
} {
  const { push, read } = jsonLinesReader<ScoreLine>((fields, fault) => {
    const found = faultsOf(fields, needs);
    found.forEach(fault);
    return found.length > 0 ? null : lineOf(fields);
  });
  return {
    push,
    lines: () => {
      const { values, faults } = read();
      if (faults.length > 0) {
        const more = faults.length - MOST_FAULTS;
        const listed = faults.slice(0, MOST_FAULTS);
        throw new HarnessError(
          'E_INPUT_INVALID',
          [...listed, ...(more > 0 ? [`and ${more} more faults`] : [])].join('\n'),
        );
      }
      if (values.length === 0) {
        throw new HarnessError('E_INPUT_INVALID', 'There is no line on standard input.', {
          remedy: 'Pipe JSON Lines into it: {"hypothesis": "…", "references": ["…"]}.',
        });
      }
      return values;
    },
  };
}
