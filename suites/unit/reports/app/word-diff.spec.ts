import { expect, test } from '@playwright/test';
import { uniform } from '../../../../engine/training/random.ts';
import { diffWords } from '../../../../reports/app/word-diff.js';

const only = (parts: readonly { text: string; kind: string }[]) =>
  parts.filter(({ kind }) => kind === 'only').map(({ text }) => text);
const all = (parts: readonly { text: string }[]) => parts.map(({ text }) => text).join('');

test('tells the words that only one side has', () => {
  const cases: [string, string, string[], string[]][] = [
    ['The capital is Paris.', 'The capital is Lyon.', ['Paris'], ['Lyon']],
    ['a b c', 'a c', ['b '], []],
    ['', 'new', [], ['new']],
    ['old', '', ['old'], []],
    ['Ich weiß das nicht', 'Ich weiß nicht', ['das '], []],
    ['東京都に住む', '京都に住む', ['東'], []],
    ['one two three four', 'zero one two four five', ['three '], ['zero ', ' five']],
  ];
  for (const [before, after, removed, added] of cases) {
    const diff = diffWords(before, after)!;
    expect(only(diff.before), before).toEqual(removed);
    expect(only(diff.after), before).toEqual(added);
    expect(diff.changed).toBe(true);
  }
  expect(diffWords('same', 'same')).toEqual({
    before: [{ text: 'same', kind: 'same' }],
    after: [{ text: 'same', kind: 'same' }],
    changed: false,
  });
});

/** Longest common subsequence by the textbook table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const word of a) {
    const next = [0];
    b.forEach((other, j) => next.push(word === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)));
    row = next;
  }
  return row[b.length]!;
}

test('loses no character and keeps as much as any alignment can, whatever the texts', () => {
  const draw = uniform(3);
  for (let round = 0; round < 400; round++) {
    const words = () =>
      Array.from({ length: Math.floor(draw() * 14) }, () => 'abcd'[Math.floor(draw() * 4)]!);
    const [a, b] = [words(), words()];
    const diff = diffWords(a.join(' '), b.join(' '))!;
    expect(all(diff.before)).toBe(a.join(' '));
    expect(all(diff.after)).toBe(b.join(' '));
    const split = (text: string) => text.match(/\w|\s/g) ?? [];
    const same = (parts: typeof diff.before) => all(parts.filter(({ kind }) => kind === 'same'));
    expect(same(diff.before)).toBe(same(diff.after));
    expect(same(diff.before).length).toBe(longestCommon(split(a.join(' ')), split(b.join(' '))));
  }
});

test('gives up on texts that are too long or too far apart, at once', () => {
  const long = Array.from({ length: 30_000 }, (_, i) => `w${i}`).join(' ');
  expect(diffWords(long, `${long} end`)).toBeNull();
  const far = (seed: number) => Array.from({ length: 4000 }, (_, i) => `w${(i * seed) % 7919}`).join('.');
  expect(diffWords(far(3), far(5))).toBeNull();
});
