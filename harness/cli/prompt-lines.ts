/** The prompts file of `harness generate`: JSON Lines to model inputs. All faulty lines are reported at once. */
import type { ChatMessage, ModelInput } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';

/** Faults shown before the rest is only counted. */
const MOST_FAULTS = 20;

/** @param raw whether prompts are continued as they stand
 *  @throws HarnessError E_INPUT_INVALID naming lines, E_DATASET_EMPTY where there are none */
export function parsePromptLines(name: string, text: string, raw: boolean): ModelInput[] {
  const inputs: ModelInput[] = [];
  const faults: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    const input = parseLine(line, raw);
    if (typeof input === 'string') faults.push(`line ${index + 1}: ${input}`);
    else inputs.push(input);
  });
  if (faults.length > 0) {
    const rest = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
    throw new HarnessError(
      'E_INPUT_INVALID',
      [`${name}:`, ...faults.slice(0, MOST_FAULTS), ...rest].join('\n  '),
      {
        remedy: 'Write {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]} a line.',
      },
    );
  }
  if (inputs.length === 0) throw new HarnessError('E_INPUT_INVALID', `${name} has no prompts.`);
  return inputs;
}

/** The input, or what is wrong with the line. */
function parseLine(line: string, raw: boolean): ModelInput | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'not an object';
  const { prompt, messages } = value as Record<string, unknown>;
  if ((prompt === undefined) === (messages === undefined)) return 'needs exactly one of prompt and messages';
  if (prompt !== undefined) {
    return typeof prompt === 'string' && prompt !== '' ? { prompt, raw } : 'prompt is no text, or empty';
  }
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    return 'messages is no list of {role, content}';
  }
  return { messages };
}

function isMessage(value: unknown): value is ChatMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { role, content } = value as Record<string, unknown>;
  return (role === 'system' || role === 'user' || role === 'assistant') && typeof content === 'string';
}
