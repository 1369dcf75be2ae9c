import { expect, test } from '@playwright/test';
import { INTENTS } from '../../../../../harness/data/tiny-chat/chat.ts';
import { reservedPrompts } from '../../../../../harness/data/tiny-chat/evaluation.ts';
import { HARMFUL, HARMLESS } from '../../../../../harness/data/tiny-chat/safety.ts';
import { TOPICS } from '../../../../../harness/data/tiny-chat/topics.ts';
import { generateTinyChatData } from '../../../../../harness/data/tiny-chat/training.ts';
import { normalisePrompt } from '../../../../../harness/data/tiny-chat/wording.ts';
import { FACTS, RELATIONS } from '../../../../../harness/data/tiny-chat/world/index.ts';
import * as wrappers from '../../../../../harness/data/tiny-chat/wrappers.ts';

const data = generateTinyChatData(20_000, 42);
const prompts = data.train.map(({ input }) => normalisePrompt(input));

test('no evaluation prompt occurs in training or validation', () => {
  const reserved = new Set(reservedPrompts().map(normalisePrompt));
  expect(reserved.size).toBeGreaterThan(800);
  const seen = [...prompts, ...data.validation.map(({ input }) => normalisePrompt(input))];
  expect(seen.filter((prompt) => reserved.has(prompt))).toEqual([]);
});

test('no held-out wrapper is one that training uses', () => {
  for (const { train, heldOut } of Object.values(wrappers)) {
    const trained = new Set(train.map(normalisePrompt));
    expect(heldOut.filter((wrapper) => trained.has(normalisePrompt(wrapper)))).toEqual([]);
  }
});

test('no training prompt begins like a held-out wrapper', () => {
  const beginnings = Object.values(wrappers)
    .flatMap(({ heldOut }) => heldOut)
    .map((wrapper) => normalisePrompt(wrapper.split('{}')[0]!))
    .filter((beginning) => beginning.split(' ').length >= 3);
  expect(beginnings.length).toBeGreaterThan(30);
  for (const beginning of beginnings) {
    expect(prompts.filter((prompt) => prompt.startsWith(`${beginning} `))).toEqual([]);
  }
});

test('no held-out wording is one that training uses', () => {
  const splits = [
    ...RELATIONS.map(({ questions, phrases, heldOut }) => ({ train: [...questions, ...phrases], heldOut })),
    ...INTENTS,
    ...HARMFUL,
    ...HARMLESS,
  ];
  for (const { train, heldOut } of splits) {
    const trained = new Set(train.map(normalisePrompt));
    expect(heldOut.filter((wording) => trained.has(normalisePrompt(wording)))).toEqual([]);
  }
});

test('no validation prompt occurs in training', () => {
  const trained = new Set(prompts);
  expect(data.validation.filter(({ input }) => trained.has(normalisePrompt(input)))).toEqual([]);
});

test('the same seed gives the same data, another seed other data', () => {
  expect(generateTinyChatData(300, 7)).toEqual(generateTinyChatData(300, 7));
  expect(generateTinyChatData(300, 7)).not.toEqual(generateTinyChatData(300, 8));
});

test('every fact, topic, intent and refusal is taught', () => {
  const answers = new Set(data.train.map(({ output }) => output));
  const taught = [...FACTS, ...TOPICS, ...INTENTS, ...HARMFUL, ...HARMLESS].map(({ answer }) => answer);
  expect(taught.filter((answer) => !answers.has(answer))).toEqual([]);
  expect(FACTS.length).toBeGreaterThan(300);
});

test('a tenth of the examples says that the model does not know', () => {
  const unknown = data.train.filter(({ output }) => output.startsWith('I do not know'));
  expect(unknown.length / data.train.length).toBeGreaterThan(0.08);
  expect(unknown.length / data.train.length).toBeLessThan(0.12);
});

test('no mark of the grammar is left in a prompt', () => {
  const left = data.train.filter(({ input }) => /\{|\}|undefined|\*(?! \d)/.test(input));
  expect(left).toEqual([]);
});

test('ids of facts are unique', () => {
  expect(new Set(FACTS.map(({ id }) => id)).size).toBe(FACTS.length);
});
