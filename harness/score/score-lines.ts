/** The input of `harness score`: JSON Lines `{hypothesis, references?, id?, cluster?, keywords?}`.
 *  Knows the lines, nothing of scores. */
import { HarnessError } from '../errors.ts';
import { nearest } from '../gates/nearest.ts';
import type { ScoredText } from '../metrics/score-definitions.ts';

export interface ScoreLine extends ScoredText {
  readonly id?: string;
  /** Lines that are not independent share one. */
  readonly cluster?: string;
}

const FIELDS = ['hypothesis', 'references', 'id', 'cluster', 'keywords'] as const;

type Fields = Readonly<Record<string, unknown>>;

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(line: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(line) as unknown };
  } catch (error) {
    return { fault: `not JSON: ${(error as Error).message}` };
  }
}

/** A field that is not known is somebody's own and stays, unless it is close to a known one that is missing. */
function misspelt(fields: Fields): string[] {
  return Object.keys(fields).flatMap((key) => {
    if ((FIELDS as readonly string[]).includes(key)) return [];
    const missing = FIELDS.filter((field) => !Object.hasOwn(fields, field));
    const close = nearest(key, missing);
    return close === null ? [] : [`unknown field ${JSON.stringify(key)}; did you mean ${close}?`];
  });
}

function faultsOf(fields: Fields): string[] {
  const { hypothesis, references = [], keywords = [], id = '', cluster = '' } = fields;
  const faults = misspelt(fields);
  if (typeof hypothesis !== 'string') faults.push('hypothesis must be a string');
  if (!isListOfStrings(references)) faults.push('references must be a list of strings');
  if (!isListOfStrings(keywords)) faults.push('keywords must be a list of strings');
  if (typeof id !== 'string') faults.push('id must be a string');
  if (typeof cluster !== 'string') faults.push('cluster must be a string');
  return faults;
}

/** The lines of a text; empty ones are passed over.
 *  @throws E_INPUT_INVALID with every fault and its line, or when there is no line at all */
export function readScoreLines(text: string): readonly ScoreLine[] {
  const lines: ScoreLine[] = [];
  const faults: string[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parse(line);
    if ('fault' in parsed || !isObject(parsed.value)) {
      faults.push(`line ${at + 1}: ${'fault' in parsed ? parsed.fault : 'not an object'}`);
      continue;
    }
    const fields = parsed.value;
    const found = faultsOf(fields);
    if (found.length > 0) faults.push(...found.map((fault) => `line ${at + 1}: ${fault}`));
    else lines.push({ ...(fields as unknown as ScoreLine), ...withDefaults(fields) });
  }
  if (faults.length > 0) throw new HarnessError('E_INPUT_INVALID', faults.join('\n'));
  if (lines.length === 0) {
    throw new HarnessError('E_INPUT_INVALID', 'There is no line on standard input.', {
      remedy: 'Pipe JSON Lines into it: {"hypothesis": "…", "references": ["…"]}.',
    });
  }
  return lines;
}

function withDefaults(fields: Fields): Pick<ScoredText, 'references' | 'keywords'> {
  return {
    references: (fields['references'] ?? []) as readonly string[],
    keywords: (fields['keywords'] ?? []) as readonly string[],
  };
}
