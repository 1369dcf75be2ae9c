import { expect, test } from '@playwright/test';
import { parsePromptLines } from '../../../../harness/cli/prompt-lines.ts';

test('reads prompts and chats, a line each, blank lines left out', () => {
  const text = '{"prompt":"Hi","id":7}\r\n\n{"messages":[{"role":"user","content":"Ho"}]}\n';
  expect(parsePromptLines('f', text, true)).toEqual([
    { prompt: 'Hi', raw: true },
    { messages: [{ role: 'user', content: 'Ho' }] },
  ]);
});

test('names every line it cannot read', () => {
  const lines = [
    '{"prompt":"fine"}',
    'not JSON',
    '[]',
    'null',
    '{}',
    '{"prompt":""}',
    '{"prompt":1}',
    '{"prompt":"a","messages":[]}',
    '{"messages":[]}',
    '{"messages":[{"role":"robot","content":"x"}]}',
    '{"messages":[{"role":"user"}]}',
  ];
  const read = () => parsePromptLines('prompts.jsonl', lines.join('\n'), false);
  expect(read).toThrow(expect.objectContaining({ code: 'E_INPUT_INVALID' }));
  for (let line = 2; line <= lines.length; line++) expect(read).toThrow(new RegExp(`line ${line}:`));
  expect(read).not.toThrow(/line 1:/);
});

test('refuses a file without prompts', () => {
  expect(() => parsePromptLines('f', '\n\n', false)).toThrow(/f has no prompts/);
});
