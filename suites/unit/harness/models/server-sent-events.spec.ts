import { expect, test } from '@playwright/test';
import { eventParser } from '../../../../harness/models/server-sent-events.ts';

const text =
  ': a comment\n\ndata: {"a":1}\n\nevent: x\nid: 7\ndata:second\ndata: line\r\n\r\ndata: [DONE]\r\rdata: unfinished';
const events = ['{"a":1}', 'second\nline', '[DONE]'];

test('finds the same events wherever the text is cut', () => {
  expect(eventParser()(text)).toEqual(events);
  for (let cut = 0; cut <= text.length; cut++) {
    const parse = eventParser();
    expect([...parse(text.slice(0, cut)), ...parse(text.slice(cut))], `cut at ${cut}`).toEqual(events);
  }
  const parse = eventParser();
  expect(text.split('').flatMap((character) => parse(character))).toEqual(events);
});
