/** The prompts file of `harness generate`: JSON Lines to model inputs. All faulty lines are reported at once. */
import type { ChatMessage, ModelInput } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { isObject, readJsonLines } from '../tasks/json-lines.ts';

/** Faults shown before the rest is only counted. */
const MOST_FAULTS = 20;

/** @param raw whether prompts are continued as they stand
 *  @throws HarnessError E_INPUT_INVALID naming lines, E_DATASET_EMPTY where there are none */
export function parsePromptLines(name: string, text: string, raw: boolean): readonly ModelInput[] {
  const { values: inputs, faults } = readJsonLines<ModelInput>(text, (fields, fault) => {
    const { prompt, messages } = fields;
    if ((prompt === undefined) === (messages === undefined)) {
      return fault('needs exactly one of prompt and messages');
    }
    if (prompt !== undefined) {
      return typeof prompt === 'string' && prompt !== ''
        ? { prompt, raw }
        : fault('prompt is no text, or empty');
    }
    return Array.isArray(messages) && messages.length > 0 && messages.every(isMessage)
      ? { messages }
      : fault('messages is no list of {role, content}');
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

function isMessage(value: unknown): value is ChatMessage {
  if (!isObject(value)) return false;
  const { role, content } = value;
  return (role === 'system' || role === 'user' || role === 'assistant') && typeof content === 'string';
}
