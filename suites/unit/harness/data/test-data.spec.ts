import { expect, test } from '@playwright/test';
import golden from '../../../../fixtures/golden/data/python-random.json' with { type: 'json' };
import {
  generateChatData,
  generateDpoData,
  generateInstructionData,
} from '../../../../harness/data/test-data.ts';

test('gives the chat lines that the source document’s generator gives for the same seed', () => {
  expect(generateChatData(100, golden.chat.seed)).toEqual(golden.chat.lines);
});

test('makes 100 chat, 50 instruction and 30 dpo samples with seed 42 unless told otherwise', () => {
  expect(generateChatData()).toEqual(generateChatData(100, 42));
  expect(generateInstructionData()).toEqual(generateInstructionData(50, 42));
  expect(generateDpoData()).toEqual(generateDpoData(30, 42));
});

test('gives other data for another seed', () => {
  expect(generateChatData(100, 1)).not.toEqual(generateChatData(100, 2));
  expect(generateInstructionData(50, 1)).not.toEqual(generateInstructionData(50, 2));
  expect(generateDpoData(30, 1)).not.toEqual(generateDpoData(30, 2));
});

test('makes exactly as many samples as asked for', () => {
  for (const count of [0, 1, 7]) {
    expect(generateChatData(count)).toHaveLength(count);
    expect(generateInstructionData(count)).toHaveLength(count);
    expect(generateDpoData(count)).toHaveLength(count);
  }
});

test('answers an instruction and a preference by its own text', () => {
  for (const { instruction, input, output } of generateInstructionData()) {
    expect({ input, output }).toEqual({ input: '', output: `This is a response to: ${instruction}` });
  }
  for (const { prompt, chosen, rejected } of generateDpoData()) {
    expect(chosen).toBe(`This is a helpful and accurate response to: ${prompt}`);
    expect(rejected).toBe(`This is a less helpful response to: ${prompt}`);
  }
});

test('varies greetings and never writes the plain form', () => {
  const inputs = new Set(generateChatData(1000).map(({ input }) => input));
  for (const variation of ['Hi', 'Hey', 'Hello there', 'Greetings', "How's it going?", "What's up?"]) {
    expect(inputs).toContain(variation);
  }
  expect(inputs).not.toContain('Hello');
  expect(inputs).not.toContain('How are you?');
});
