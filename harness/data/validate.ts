/** Validation of test data: every fault of a file at once, each with its line. */
import { inputText, inspectSamples, type DataWarning, type InspectOptions } from './inspect.ts';
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
  /** Of the samples without a fault. */
  readonly warnings: readonly DataWarning[];
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

export interface ValidateOptions {
  /** Another file of the same type, such as held-out data: what stands in both is a leak. */
  readonly against?: string;
  readonly mostWords?: number;
}

/** @throws HarnessError E_FILE_NOT_FOUND, E_DATA_INVALID where the file is not UTF-8 */
export async function validateDataFile(
  path: string,
  type: DataType,
  { against, mostWords }: ValidateOptions = {},
): Promise<ValidationResult> {
  const lines = await readLines(path);
  const faults = lines.flatMap((text, index) => validateLine(text, type, index + 1));
  const options: InspectOptions = {
    ...(mostWords !== undefined && { mostWords }),
    ...(against !== undefined && {
      against: {
        name: against,
        texts: new Set(
          samplesOf(await readLines(against), type).map(({ sample }) => inputText(sample, type)),
        ),
      },
    }),
  };
  const warnings = inspectSamples(samplesOf(lines, type), type, options);
  return { valid: faults.length === 0, samples: lines.length, faults, warnings };
}

/** Those without a fault: their required fields are texts. */
function samplesOf(lines: readonly string[], type: DataType) {
  return lines.flatMap((text, index) => {
    if (validateLine(text, type, index + 1).length > 0) return [];
    const parsed = JSON.parse(text) as Readonly<Record<string, string>>;
    const fields = REQUIRED_FIELDS[type].map(({ name }) => [name, parsed[name]!] as const);
    return [{ line: index + 1, sample: Object.fromEntries(fields) }];
  });
}
