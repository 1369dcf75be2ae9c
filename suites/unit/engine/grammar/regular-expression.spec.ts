import { expect, test } from '@playwright/test';
import { seededRandom } from '../../../../engine/inference/random.ts';
import { accepts, automatonOf, randomText } from './walks.ts';

const supported = [
  '',
  'a',
  'abc',
  'a|bc|',
  'a*',
  '(ab)+c?',
  'a{2}',
  'a{1,3}b{2,}',
  'a{0}b',
  '(a|b)*abb',
  '(a*)*b',
  '(?:a|b){2}',
  '(?<name>a)b',
  '[a-c]+',
  '[^a]*',
  '[^]*b',
  '[]|a',
  '.',
  '\\.',
  '\\d+',
  '\\D\\w',
  '\\W|\\s\\S',
  '[\\d-]',
  '[a\\-c]',
  '\\x61\\u0062\\u{63}',
  '\\ud83d\\ude00+',
  '[é-ö]😀?',
  '[à-\u{1f600}]',
  'a*?b+?',
  '^ab$',
  '^a|b$',
  '\\n|\\t',
  '[\\]\\\\]',
];

test('a supported expression matches what JavaScript matches', () => {
  const random = seededRandom(1);
  const alphabet = Array.from('aabbcc01-.\\]_ \n\téö😀\u{1f600}\u2028Z\u0000');
  const wrong: string[] = [];
  for (const regex of supported) {
    const expected = new RegExp(`^(?:${regex})$`, 'u');
    const automaton = automatonOf({ regex });
    let ended = 0;
    for (let round = 0; round < 60; round++) {
      const length = Math.floor(random() * 6);
      const text = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]!).join('');
      if (accepts(automaton, text) !== expected.test(text)) wrong.push(`${regex} on ${JSON.stringify(text)}`);
      const written = randomText(automaton, random, 60);
      if (written === null) continue;
      ended++;
      if (!expected.test(written)) wrong.push(`${regex} wrote ${JSON.stringify(written)}`);
    }
    if (ended === 0) wrong.push(`${regex} ended ${ended} times only`);
  }
  expect(wrong).toEqual([]);
});

test('what is not regular or not understood is refused by name', () => {
  const cases = {
    '(?=a)a': 'look-ahead',
    '(?!a)a': 'look-ahead',
    '(?<=a)b': 'look-behind',
    '(?<!a)b': 'look-behind',
    '(?i:a)': 'look-ahead or a flag',
    '(a)\\1': 'a back reference',
    '(?<n>a)\\k<n>': 'a back reference',
    '\\bword': 'a word boundary',
    '\\p{L}': 'a Unicode property',
    a$b: '$ before the end',
    '(^a)': '"^" at this place',
    '(a': '"(" without ")"',
    'a)': '")" without "("',
    '*a': '"*" at this place',
    'a{2,1}': 'out of order',
    'a{5000}': 'above 4096',
    'a{x}': 'no quantifier',
    '[b-a]': 'out of order',
    '[a': 'an end where more should come',
    'a\\': 'an end where more should come',
    '\\cA': 'the escape',
    '\\ud800': 'a character that is none',
    '\\u{110000}': 'a character that is none',
    '\\01': 'an octal escape',
    [`${'('.repeat(65)}a${')'.repeat(65)}`]: 'groups within each other',
    ['a'.repeat(4097)]: 'too long',
    '((a{1000}){1000}){1000}': 'too large',
    '[]': 'no text',
  };
  for (const [regex, told] of Object.entries(cases)) {
    expect(() => automatonOf({ regex }), regex).toThrow(told);
  }
});

test('an expression with exponentially many readings is followed, or refused after bounded work', () => {
  const automaton = automatonOf({ regex: '(a|a)*(a|b)*a(a|b){200}c' });
  automaton.allow(2_000_000);
  let state = automaton.start;
  for (let step = 0; step < 300; step++) state = automaton.next(state, step % 3 === 0 ? 0x62 : 0x61)!;
  expect(state.accepting).toBe(false);
  automaton.allow(100);
  expect(() => automaton.next(state, 0x61)).toThrow('too many readings');
});
