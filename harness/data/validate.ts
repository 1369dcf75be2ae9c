/** Validation of test data: every fault of a file at once, each with its line. */
import { isBlank, readLines } from './lines.ts';

export const DATA_TYPES = ['chat', 'instruction', 'dpo'] as const;

export type DataType = (typeof DATA_TYPES)[number];

interface FieldRule {
  readonly name: string;
  /** An instruction may need no input: its generator writes "" there. */
  readonly mayBeEmpty?: true;
}

const REQUIRED_FIELDS: Record<DataType, readonly FieldRule[]> = {
  chat: [{ name: 'input' }, { name: 'output' }],
  instruction: [{ name: 'instruction' }, { name: 'input', mayBeEmpty: true }, { name: 'output' }],
  dpo: [{ name: 'prompt' }, { name: 'chosen' }, { name: 'rejected' }],
};

export interface DataFault {
  /** From 1. */
  readonly line: number;
  /** Absent where the line as a whole is at fault. */
  readonly field?: string;
  readonly message: string;
}

export interface ValidationResult {
  readonly valid: boolean;
  /** Lines read, faulty ones included. */
  readonly samples: number;
  readonly faults: readonly DataFault[];
}

function faultOf(rule: FieldRule, sample: Readonly<Record<string, unknown>>, line: number): DataFault[] {
  const field = rule.name;
  if (!Object.hasOwn(sample, field))
    return [{ line, field, message: `Missing field '${field}' in line ${line}` }];
  const value = sample[field];
  const fine = typeof value === 'string' && (rule.mayBeEmpty || !isBlank(value));
  return fine ? [] : [{ line, field, message: `Empty or invalid field '${field}' in line ${line}` }];
}

/** Faults of one line of a file of the given type. */
export function validateLine(text: string, type: DataType, line: number): DataFault[] {
  let sample: unknown;
  try {
    sample = JSON.parse(text);
  } catch {
    return [{ line, message: `Invalid JSON in line ${line}` }];
  }
  if (typeof sample !== 'object' || sample === null || Array.isArray(sample)) {
    return [{ line, message: `Not a JSON object in line ${line}` }];
  }
  const fields = sample as Readonly<Record<string, unknown>>;
  return REQUIRED_FIELDS[type].flatMap((rule) => faultOf(rule, fields, line));
}

/** @throws HarnessError E_FILE_NOT_FOUND, E_DATA_INVALID where the file is not UTF-8 */
export async function validateDataFile(path: string, type: DataType): Promise<ValidationResult> {
  const lines = await readLines(path);
  const faults = lines.flatMap((text, index) => validateLine(text, type, index + 1));
  return { valid: faults.length === 0, samples: lines.length, faults };
}
