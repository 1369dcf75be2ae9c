import { expect, test } from '@playwright/test';
import { detectLoop, repeatedNgrams } from '../../../../harness/metrics/repetition.ts';

test('counts the share of 4-grams that were said before', () => {
  expect(repeatedNgrams('a b c d e f g')).toBe(0);
  expect(repeatedNgrams('a b c d a b c d')).toBeCloseTo(1 / 5, 12);
  expect(repeatedNgrams('go go go go go go')).toBeCloseTo(2 / 3, 12);
  expect(repeatedNgrams('too short this')).toEqual({
    value: null,
    reason: 'the text has 3 words; repetition needs 4',
  });
});

test('tells a loop from emphasis, lists, refrains and rules', () => {
  const loops = [
    'The cat sat on the mat. The cat sat on the mat. The cat sat on the mat.',
    `Plants grow ${'in the sun '.repeat(9)}`,
    'no no no no no no no no',
    `It is ${'ha'.repeat(30)}`,
    `One. ${'I will say it again and again, dear friend! '.repeat(3)}Two.`,
  ];
  const none = [
    'No, no, no! Never, never, never.',
    '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |',
    '-'.repeat(200),
    '1. Red apples\n2. Green apples\n3. Yellow apples\n4. Small apples',
    'Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily, life is but a dream.',
    'The cat sat on the mat. The cat sat on the mat.',
    '',
  ];
  for (const text of loops) expect(detectLoop(text), text).toBe(1);
  for (const text of none) expect(detectLoop(text), text).toBe(0);
});
