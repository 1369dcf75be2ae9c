/** Paraphrases and profiles of data. */
import { expect, test } from '@playwright/test';
import { generateParaphrases, MOST_PARAPHRASES } from '../../../../harness/data/paraphrases.ts';
import { profileOf } from '../../../../harness/data/profile.ts';

test('makes distinct wordings, the same for a seed, a longer list beginning with the shorter', () => {
  const all = generateParaphrases(MOST_PARAPHRASES, 7);
  expect(all.length).toBe(MOST_PARAPHRASES);
  expect(new Set(all.map(({ prompt }) => prompt)).size).toBe(MOST_PARAPHRASES);
  expect(new Set(all.map(({ cluster }) => cluster)).size).toBe(MOST_PARAPHRASES / 6);
  expect(generateParaphrases(20, 7)).toEqual(all.slice(0, 20));
  expect(generateParaphrases(20, 8)).not.toEqual(all.slice(0, 20));
});

test('tells the spread of lengths, uniqueness, vocabulary and languages of texts', () => {
  expect(profileOf([])).toBeNull();
  const texts = [
    'The cat is on the mat and it is asleep',
    'Das ist ein Haus und der Hund ist auch da',
    'ok',
    'ok',
  ];
  expect(profileOf(texts)).toEqual({
    length: { least: 1, median: 1, p95: 10, most: 10 },
    unique: 0.75,
    vocabulary: 18,
    languages: [
      { language: 'unknown', texts: 2 },
      { language: 'en', texts: 1 },
      { language: 'de', texts: 1 },
    ],
  });
});
