import { expect, test } from '@playwright/test';
import { admitsUnknown } from '../../../../harness/metrics/admits-unknown.ts';

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
