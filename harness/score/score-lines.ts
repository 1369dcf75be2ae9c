/** The input of `harness score`: JSON Lines `{hypothesis, references?, id?, cluster?, keywords?}`.
 *  Knows the lines, nothing of scores. */
import { HarnessError } from '../errors.ts';
import { nearest } from '../tasks/nearest.ts';
import { isTexts, readJsonLines, type Fields } from '../tasks/json-lines.ts';
import type { ScoredText } from '../metrics/score-definitions.ts';

export interface ScoreLine extends ScoredText {
  readonly id?: string;
  /** Lines that are not independent share one. */
  readonly cluster?: string;
}

const FIELDS = ['hypothesis', 'references', 'id', 'cluster', 'keywords'] as const;

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
  if (!isTexts(references)) faults.push('references must be a list of strings');
  if (!isTexts(keywords)) faults.push('keywords must be a list of strings');
  if (typeof id !== 'string') faults.push('id must be a string');
  if (typeof cluster !== 'string') faults.push('cluster must be a string');
  return faults;
}

/** The lines of a text; empty ones are passed over.
 *  @throws E_INPUT_INVALID with every fault and its line, or when there is no line at all */
export function readScoreLines(text: string): readonly ScoreLine[] {
  const { values: lines, faults } = readJsonLines<ScoreLine>(text, (fields, fault) => {
    const found = faultsOf(fields);
    found.forEach(fault);
    return found.length > 0 ? null : { ...(fields as unknown as ScoreLine), ...withDefaults(fields) };
  });
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
