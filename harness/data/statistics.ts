/** Statistics of a test data file, under the source document's keys; lengths are in words. */
import { HarnessError } from '../errors.ts';
import { countWords, readLines } from './lines.ts';
import { profileOf, type TextProfile } from './profile.ts';

export interface DataStatistics {
  readonly total_samples: number;
  readonly avg_input_length: number;
  readonly avg_output_length: number;
  readonly unique_inputs: number;
  readonly unique_outputs: number;
}

interface Exchange {
  readonly input: string;
  readonly output: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What goes in and what comes out. An instruction goes in together with its input, which alone is mostly empty;
 *  of a preference pair, the chosen answer counts. Null for any other line. */
function exchangeOf(sample: Readonly<Record<string, unknown>>): Exchange | null {
  const has = (field: string) => Object.hasOwn(sample, field);
  if (has('instruction') && has('output')) {
    const parts = [text(sample['instruction']), text(sample['input'])];
    return { input: parts.filter((part) => part !== '').join('\n'), output: text(sample['output']) };
  }
  if (has('input') && has('output')) return { input: text(sample['input']), output: text(sample['output']) };
  if (has('prompt') && has('chosen'))
    return { input: text(sample['prompt']), output: text(sample['chosen']) };
  return null;
}

function parse(line: string, number: number, path: string): Readonly<Record<string, unknown>> {
  try {
    const sample: unknown = JSON.parse(line);
    if (typeof sample === 'object' && sample !== null) return sample as Readonly<Record<string, unknown>>;
  } catch {
    // Reported below, like any other line that is no object.
  }
  throw new HarnessError('E_DATA_INVALID', `${path}: Invalid JSON in line ${number}`, {
    remedy: 'List all faults with harness data validate.',
  });
}

/** Averages are over all samples; those of an empty file are 0. Lines of another shape count as samples without words.
 *  @throws HarnessError E_FILE_NOT_FOUND, E_DATA_INVALID at the first line that is not JSON */
export async function getDataStatistics(path: string): Promise<DataStatistics> {
  const lines = await readLines(path);
  const exchanges = lines
    .map((line, index) => exchangeOf(parse(line, index + 1, path)))
    .filter((found) => found !== null);
  const average = (of: (exchange: Exchange) => string) =>
    lines.length === 0
      ? 0
      : exchanges.reduce((sum, exchange) => sum + countWords(of(exchange)), 0) / lines.length;
  return {
    total_samples: lines.length,
    avg_input_length: average(({ input }) => input),
    avg_output_length: average(({ output }) => output),
    unique_inputs: new Set(exchanges.map(({ input }) => input)).size,
    unique_outputs: new Set(exchanges.map(({ output }) => output)).size,
  };
}

export interface DataProfile {
  readonly input: TextProfile | null;
  readonly output: TextProfile | null;
}

/** Of all samples that `getDataStatistics` finds words in.
 *  @throws as `getDataStatistics` */
export async function getDataProfile(path: string): Promise<DataProfile> {
  const lines = await readLines(path);
  const exchanges = lines
    .map((line, index) => exchangeOf(parse(line, index + 1, path)))
    .filter((found) => found !== null);
  return {
    input: profileOf(exchanges.map(({ input }) => input)),
    output: profileOf(exchanges.map(({ output }) => output)),
  };
}
