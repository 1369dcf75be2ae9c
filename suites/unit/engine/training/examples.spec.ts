import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readConversations, readPreferences, readTexts } from '../../../../engine/training/examples.ts';

let folder: string;
test.beforeAll(() => {
  folder = test.info().outputPath();
});

function fileOf(...lines: readonly (string | object)[]): string {
  const path = join(folder, 'data.jsonl');
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

test('reads the three layouts of conversations', async () => {
  const path = fileOf(
    { input: 'Hello', output: 'Hi!' },
    { instruction: 'Translate.', input: 'chat', output: 'cat' },
    '',
    { instruction: 'Say hi.', input: '', output: 'Hi.', id: 'named' },
    {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'A?' },
        { role: 'assistant', content: 'B.' },
      ],
    },
  );
  expect(await readConversations(path)).toEqual([
    {
      id: '1',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi!' },
      ],
    },
    {
      id: '2',
      messages: [
        { role: 'user', content: 'Translate.\n\nchat' },
        { role: 'assistant', content: 'cat' },
      ],
    },
    {
      id: 'named',
      messages: [
        { role: 'user', content: 'Say hi.' },
        { role: 'assistant', content: 'Hi.' },
      ],
    },
    {
      id: '5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'A?' },
        { role: 'assistant', content: 'B.' },
      ],
    },
  ]);
});

test('reports every faulty line at once, with its number', async () => {
  const path = fileOf(
    { input: 'Hello', output: 'Hi!' },
    '{"input": "Hello"',
    { input: 'Hello' },
    { input: ' ', output: 'x' },
    { input: 'x', output: 5 },
    '[1]',
    { messages: 'x' },
    { messages: [{ role: 'user', content: 'x' }] },
    { messages: [{ role: 'robot', content: 'x' }] },
    { messages: [{ role: 'assistant' }] },
    { text: 'of another method' },
  );
  const error = await readConversations(path).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'E_TRAINING_DATA', exit: 2 });
  const shown = (error as Error).message.replaceAll(`${path}:`, '').split('\n');
  expect(shown).toEqual([
    expect.stringMatching(/^2: is not JSON \(.+\)\.$/),
    '3: has "input". Expected {input, output}, {instruction, input, output} or {messages}.',
    '4: "input" is empty.',
    '5: "output" is a number. Expected text.',
    '6: is a list. Expected an object.',
    '7: "messages" is a string. Expected a list.',
    '8: "messages" has no assistant turn to learn from.',
    '9: messages[0].role is "robot". Expected system, user, assistant.',
    '10: "content" is missing. Expected text.',
    '11: has "text". Expected {input, output}, {instruction, input, output} or {messages}.',
  ]);
});

test('shows twenty faults of many, and counts the rest', async () => {
  const error = await readTexts(fileOf(...Array.from({ length: 50 }, () => '{}'))).catch(
    (caught: unknown) => caught,
  );
  const shown = (error as Error).message.split('\n');
  expect(shown).toHaveLength(21);
  expect(shown.at(-1)).toBe('… and 30 more lines');
});

test('reads texts', async () => {
  expect(await readTexts(fileOf({ text: 'a b' }, { text: 'c', id: 'x' }))).toEqual([
    { id: '1', text: 'a b' },
    { id: 'x', text: 'c' },
  ]);
});

test('reads a file with a byte order mark and Windows line ends', async () => {
  const path = fileOf('\uFEFF{"text": "a"}\r', '{"text": "b"}\r', '');
  expect((await readTexts(path)).map(({ text }) => text)).toEqual(['a', 'b']);
});

test('refuses a file that is missing or has no examples', async () => {
  await expect(readTexts(join(folder, 'nowhere.jsonl'))).rejects.toThrow('nowhere.jsonl cannot be read');
  await expect(readTexts(fileOf('', '  '))).rejects.toThrow('has no examples');
});

test('reads preferences of texts and of turns, and names what is wrong with a line', async () => {
  const turn = (role: string, content: string) => ({ role, content });
  const path = fileOf(
    { prompt: 'A or B?', chosen: 'A.', rejected: 'B.' },
    {
      id: 'chat',
      prompt: [turn('user', 'Hi'), turn('assistant', 'Hello'), turn('user', 'A or B?')],
      chosen: [turn('assistant', 'A.')],
      rejected: 'B.',
    },
  );
  expect(await readPreferences(path)).toEqual([
    {
      id: '1',
      prompt: [turn('user', 'A or B?')],
      chosen: [turn('assistant', 'A.')],
      rejected: [turn('assistant', 'B.')],
    },
    {
      id: 'chat',
      prompt: [turn('user', 'Hi'), turn('assistant', 'Hello'), turn('user', 'A or B?')],
      chosen: [turn('assistant', 'A.')],
      rejected: [turn('assistant', 'B.')],
    },
  ]);
  const faulty = fileOf(
    { prompt: 'A?', chosen: 'A.' },
    { prompt: 'A?', chosen: 'A.', rejected: 'A.' },
    { prompt: [turn('assistant', 'A?')], chosen: 'A.', rejected: 'B.' },
    { prompt: 'A?', chosen: [turn('robot', 'A.')], rejected: '' },
  );
  const message = await readPreferences(faulty).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message.split('\n').map((line) => line.replace(/^.+jsonl:/, ''))).toEqual([
    '1: "rejected" is missing. Expected {prompt, chosen, rejected}.',
    '2: "chosen" and "rejected" are the same: there is nothing to prefer.',
    '3: the last turn of "prompt" is not the user\'s.',
    '4: chosen[0].role is "robot". Expected system, user, assistant.',
  ]);
});
