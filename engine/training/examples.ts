/** Training data: JSON Lines to conversations or texts. All faults of a file are reported at once, with their lines.
 *  Knows the accepted layouts; knows nothing of tokens or templates. */
import { readFile } from 'node:fs/promises';
import { EngineError } from '../errors.ts';

export interface TrainingMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Conversation {
  /** The line's `id`, or its number. */
  readonly id: string;
  readonly messages: readonly TrainingMessage[];
}

/** Two answers to a prompt. */
export interface Preference {
  readonly id: string;
  readonly prompt: readonly TrainingMessage[];
  readonly chosen: readonly TrainingMessage[];
  readonly rejected: readonly TrainingMessage[];
}

export interface TextDocument {
  readonly id: string;
  readonly text: string;
}

/** A line that cannot be used, in words. */
class LineFault extends Error {}

type Line = Readonly<Record<string, unknown>>;

const SHOWN_FAULTS = 20;
const roles: readonly unknown[] = ['system', 'user', 'assistant'] satisfies TrainingMessage['role'][];

function textField(line: Line, field: string, mayBeEmpty = false): string {
  const value = line[field];
  if (typeof value !== 'string') throw new LineFault(`"${field}" is ${describe(value)}. Expected text.`);
  if (!mayBeEmpty && value.trim() === '') throw new LineFault(`"${field}" is empty.`);
  return value;
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
}

function turnsField(line: Line, field: string): TrainingMessage[] {
  const list: unknown = line[field];
  if (!Array.isArray(list)) throw new LineFault(`"${field}" is ${describe(list)}. Expected a list.`);
  return list.map((entry: unknown, index): TrainingMessage => {
    if (typeof entry !== 'object' || entry === null) {
      throw new LineFault(`${field}[${index}] is ${describe(entry)}. Expected {role, content}.`);
    }
    const message = entry as Line;
    if (!roles.includes(message['role'])) {
      throw new LineFault(
        `${field}[${index}].role is ${JSON.stringify(message['role'])}. Expected ${roles.join(', ')}.`,
      );
    }
    return { role: message['role'] as TrainingMessage['role'], content: textField(message, 'content') };
  });
}

function messagesField(line: Line): TrainingMessage[] {
  const messages = turnsField(line, 'messages');
  if (!messages.some((message) => message.role === 'assistant')) {
    throw new LineFault('"messages" has no assistant turn to learn from.');
  }
  return messages;
}

function conversationOf(line: Line): TrainingMessage[] {
  if ('messages' in line) return messagesField(line);
  if (!('output' in line)) {
    const fields = Object.keys(line).map((field) => JSON.stringify(field));
    throw new LineFault(
      `has ${fields.join(', ') || 'no fields'}. Expected {input, output}, {instruction, input, output} or {messages}.`,
    );
  }
  const assistant: TrainingMessage = { role: 'assistant', content: textField(line, 'output') };
  if (!('instruction' in line)) return [{ role: 'user', content: textField(line, 'input') }, assistant];
  const instruction = textField(line, 'instruction');
  const input = line['input'] === undefined ? '' : textField(line, 'input', true);
  return [{ role: 'user', content: input === '' ? instruction : `${instruction}\n\n${input}` }, assistant];
}

/** A text, which is one turn of the role, or a list of turns of which the last is of the role. */
function textOrTurns(line: Line, field: string, role: TrainingMessage['role']): TrainingMessage[] {
  if (!Array.isArray(line[field])) return [{ role, content: textField(line, field) }];
  const turns = turnsField(line, field);
  if (turns.at(-1)?.role !== role) throw new LineFault(`the last turn of "${field}" is not the ${role}'s.`);
  return turns;
}

function preferenceOf(line: Line, id: string): Preference {
  const missing = ['prompt', 'chosen', 'rejected'].find((field) => !(field in line));
  if (missing !== undefined) {
    throw new LineFault(`"${missing}" is missing. Expected {prompt, chosen, rejected}.`);
  }
  const [chosen, rejected] = [
    textOrTurns(line, 'chosen', 'assistant'),
    textOrTurns(line, 'rejected', 'assistant'),
  ];
  if (JSON.stringify(chosen) === JSON.stringify(rejected)) {
    throw new LineFault('"chosen" and "rejected" are the same: there is nothing to prefer.');
  }
  return { id, prompt: textOrTurns(line, 'prompt', 'user'), chosen, rejected };
}

function objectOf(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LineFault(`is not JSON (${cause instanceof Error ? cause.message : String(cause)}).`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LineFault(`is ${describe(value)}. Expected an object.`);
  }
  return value as Line;
}

async function readLines<Example>(
  file: string,
  parse: (line: Line, id: string) => Example,
): Promise<Example[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new EngineError('E_TRAINING_DATA', `${file} cannot be read: ${String(cause)}`, {
      cause,
      remedy: 'Check data.train_file and data.validation_file.',
    });
  }
  const examples: Example[] = [];
  const faults: string[] = [];
  // Some editors put a byte order mark before the first line.
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .forEach((content, index) => {
      if (content.trim() === '') return;
      try {
        const line = objectOf(content);
        examples.push(parse(line, typeof line['id'] === 'string' ? line['id'] : String(index + 1)));
      } catch (error) {
        if (!(error instanceof LineFault)) throw error;
        faults.push(`${file}:${index + 1}: ${error.message}`);
      }
    });
  if (faults.length > 0) {
    const more = faults.length > SHOWN_FAULTS ? [`… and ${faults.length - SHOWN_FAULTS} more lines`] : [];
    throw new EngineError('E_TRAINING_DATA', [...faults.slice(0, SHOWN_FAULTS), ...more].join('\n'));
  }
  if (examples.length === 0) {
    throw new EngineError('E_TRAINING_DATA', `${file} has no examples.`, {
      remedy: 'Give a file with at least one line.',
    });
  }
  return examples;
}

/** Conversations of `{input, output}`, `{instruction, input, output}` or `{messages}` lines; blank lines are skipped.
 *  @throws EngineError E_TRAINING_DATA with every faulty line */
export function readConversations(file: string): Promise<Conversation[]> {
  return readLines(file, (line, id) => ({ id, messages: conversationOf(line) }));
}

/** Texts of `{text}` lines; blank lines are skipped.
 *  @throws EngineError E_TRAINING_DATA with every faulty line */
export function readTexts(file: string): Promise<TextDocument[]> {
  return readLines(file, (line, id) => ({ id, text: textField(line, 'text') }));
}

/** Preferences of `{prompt, chosen, rejected}` lines, each a text or a list of messages; blank lines are skipped.
 *  @throws EngineError E_TRAINING_DATA with every faulty line */
export function readPreferences(file: string): Promise<Preference[]> {
  return readLines(file, preferenceOf);
}
