/** A trace of real traffic to replay: JSON Lines {"timestamp": ms, "input_length": n, "output_length": n}, the form
 *  in which Mooncake published its traces (Qin et al. 2024, arXiv:2407.00079) and load testers read them.
 *  Other fields are passed over. Here lengths are words of a made-up prompt, and tokens asked for at most. */
import { HarnessError } from '../errors.ts';
import { readJsonLines } from '../tasks/json-lines.ts';

export interface TraceEntry {
  /** ms from the start. */
  readonly offsetMs: number;
  /** Absent where the prompts come from elsewhere. */
  readonly promptWords: number | null;
  readonly maxTokens: number | null;
}

const MOST_WORDS = 1_000_000;
const MOST_FAULTS = 20;

/** In the order of time, the first at 0.
 *  @throws HarnessError E_INPUT_INVALID naming lines */
export function parseTrace(name: string, text: string): readonly TraceEntry[] {
  const { values, faults } = readJsonLines<TraceEntry>(text, (fields, fault) => {
    const { timestamp, input_length: input, output_length: output } = fields;
    if (typeof timestamp !== 'number' || !(timestamp >= 0) || !Number.isFinite(timestamp)) {
      return fault('timestamp is no number of milliseconds');
    }
    for (const [key, length] of Object.entries({ input_length: input, output_length: output })) {
      if (length !== undefined && !isLength(length)) return fault(`${key} is no whole number above 0`);
    }
    return {
      offsetMs: timestamp,
      promptWords: isLength(input) ? input : null,
      maxTokens: isLength(output) ? output : null,
    };
  });
  if (faults.length > 0) {
    const rest = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
    throw new HarnessError(
      'E_INPUT_INVALID',
      [`${name}:`, ...faults.slice(0, MOST_FAULTS), ...rest].join('\n  '),
      { remedy: 'Write {"timestamp": ms, "input_length": words, "output_length": tokens} a line.' },
    );
  }
  if (values.length === 0) throw new HarnessError('E_INPUT_INVALID', `${name} has no requests.`);
  const sorted = [...values].sort((a, b) => a.offsetMs - b.offsetMs);
  const first = sorted[0]!.offsetMs;
  return sorted.map((entry) => ({ ...entry, offsetMs: entry.offsetMs - first }));
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MOST_WORDS;
}
