/** Why a sample has no answer: whose fault its error is, by code. */
import type { ErrorClass, ErrorCounts, SampleRecord } from '../../reports/report-data.ts';
import { count } from './words.ts';

export const errorClasses = ['infrastructure', 'timeout', 'judge', 'model'] as const;

/** What is not listed is infrastructure: nothing says that the model is to blame. */
const CLASS_OF_CODE: Readonly<Record<string, ErrorClass>> = {
  E_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  // The model cannot take what every model is asked.
  E_PROMPT_EMPTY: 'model',
  E_PROMPT_TOO_LONG: 'model',
  E_REQUEST_INVALID: 'model',
  E_CHAT_TEMPLATE_INVALID: 'model',
  E_TOKENIZER_INVALID: 'model',
  E_SHAPE_MISMATCH: 'model',
};

export function errorClassOf(code: string): ErrorClass {
  if (code.startsWith('E_JUDGE_')) return 'judge';
  return Object.hasOwn(CLASS_OF_CODE, code) ? CLASS_OF_CODE[code]! : 'infrastructure';
}

export function countErrors(records: readonly Pick<SampleRecord, 'error'>[]): ErrorCounts {
  const counts = { infrastructure: 0, timeout: 0, judge: 0, model: 0 };
  for (const { error } of records) if (error) counts[errorClassOf(error.code)]++;
  return counts;
}

export const NO_ERRORS: ErrorCounts = countErrors([]);

const NOUNS: { readonly [Class in ErrorClass]: readonly [one: string, many: string] } = {
  infrastructure: ['infrastructure error', 'infrastructure errors'],
  timeout: ['timeout', 'timeouts'],
  judge: ['judge failure', 'judge failures'],
  model: ['model error', 'model errors'],
};

/** `3 infrastructure errors, 1 timeout`; empty where there is none. */
export function errorsInWords(counts: ErrorCounts): string {
  return errorClasses
    .filter((each) => counts[each] > 0)
    .map((each) => `${count(counts[each])} ${NOUNS[each][counts[each] === 1 ? 0 : 1]}`)
    .join(', ');
}
