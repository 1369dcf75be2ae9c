import { expect, test } from '@playwright/test';
import { admitsUnknown } from '../../../../harness/metrics/admits-unknown.ts';

test('takes no invention, no fiction and nobody unknown for an admission', () => {
  for (const text of [
    'The telephone was invented by Alexander Graham Bell.',
    'The committee is made up of twelve members.',
    'Sherlock Holmes is a fictional detective by Arthur Conan Doyle.',
    'He was an unknown actor then.',
    'The report does not only name the town but the mayor too.',
  ]) {
    expect(admitsUnknown(text), text).toBe(0);
  }
  for (const text of [
    'This paper appears to be fictional.',
    'That is a fictional book.',
    'It seems to be invented, as far as I can tell.',
    'His surname is unknown.',
    'Unknown.',
    'The text does not say.',
  ]) {
    expect(admitsUnknown(text), text).toBe(1);
  }
});

test('tells an answer that admits ignorance from one that invents', () => {
  for (const text of [
    "I'm not aware of any paper by that title.",
    'I am not familiar with this author.',
    'I could not find any record of such a book.',
    'I do not know.',
    "I don't have any information about that.",
    'There is no such paper by Kelvarin; the title seems to be invented.',
    'To my knowledge, this study does not exist.',
    'The book appears to be fictional.',
    'The text does not say when she was born.',
    'Her age is not mentioned.',
    'I’m unable to verify that this article exists.',
    "I've never heard of it.",
  ]) {
    expect(admitsUnknown(text), text).toBe(1);
  }
  for (const text of [
    'The paper, published in 2014, argues that memory is a garden.',
    'It was founded in 1723 by Orla Brandt, who knew no fear.',
    'She did not sell the house. The house is in Rome.',
    'In the study, there was a clear effect of sleep on memory.',
    '',
  ]) {
    expect(admitsUnknown(text), text).toBe(0);
  }
});
