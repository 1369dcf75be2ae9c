import { expect, test } from '@playwright/test';
import { containsAnswer } from '../../../../harness/metrics/contains-answer.ts';

test('takes no objection, no doubt and no other clause for a denial', () => {
  for (const text of [
    'No, the capital is Paris.',
    'There is no doubt that it is Paris.',
    'Without a doubt, Paris.',
    'It is none other than Paris.',
    'It is not Lyon, it is Paris.',
  ]) {
    expect(containsAnswer(text, ['Paris']), text).toBe(1);
  }
  for (const text of [
    'No, it is not Paris.',
    'It is not Lyon, Paris or Nice.',
    'It is not, as many think, Paris.',
  ]) {
    expect(containsAnswer(text, ['Paris']), text).toBe(0);
  }
});

test('finds the answer in whatever sentence it stands, and only where it is given', () => {
  const cases: readonly (readonly [text: string, answers: readonly string[], expected: 0 | 1])[] = [
    ['The capital of Australia is **Canberra**.', ['Canberra'], 1],
    ['canberra', ['Canberra'], 1],
    ['Many think of Sydney, but the capital is Canberra, not Sydney.', ['Canberra'], 1],
    ['Many think of Sydney, but the capital is Canberra, not Sydney.', ['Sydney'], 0],
    ["It isn't Canberra.", ['Canberra'], 0],
    ['It is definitely not the city of Canberra; it is Sydney.', ['Canberra'], 0],
    ['Canberra is not the capital.', ['Canberra'], 0],
    ['Is it Canberra? I do not know.', ['Canberra'], 0],
    ['Not Lyon but Paris.', ['Paris'], 1],
    ['Paris is the capital. It is not small.', ['Paris'], 1],
    ['Parisian cafés', ['Paris'], 0],
    ['Bogotá', ['Bogota'], 1],
    ['He wrote it: Dostoyevsky.', ['Fyodor Dostoevsky', 'Dostoyevsky'], 1],
    ['2 + 2 = 4.', ['4', 'four'], 1],
    ['The sum is 14.', ['4', 'four'], 0],
    ['About 1,000 metres', ['1000'], 1],
    ['It is 3.5, I think', ['3.5'], 1],
    ['It is 3.5', ['5'], 0],
    ['The symbol is He.', ['He'], 1],
    ['I think that he knows it.', ['He'], 0],
    ['the Sun’s light', ['Sun', 'Suns'], 1],
    ['C++ is fast', ['C++'], 1],
    ['', ['Paris'], 0],
    ['anything', [' '], 0],
  ];
  for (const [text, answers, expected] of cases) {
    expect(containsAnswer(text, answers), `${text} ← ${answers.join('|')}`).toBe(expected);
  }
  expect(() => containsAnswer('Paris', [])).toThrow(/E_INPUT_INVALID|no reference/);
});
