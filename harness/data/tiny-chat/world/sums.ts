/** Sums of two numbers from one to nine. The answer is the number alone, as the source document expects it. */
import type { Relation } from '../wording.ts';

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const sum: Relation = {
  name: 'sum',
  answer: '{y}',
  questions: [
    'what is {x}',
    "what's {x}",
    'how much is {x}',
    'what does {x} make',
    'what does {x} equal',
    'what do you get for {x}',
    'what is the result of {x}',
    'what is the sum of {x}',
    'what number is {x}',
  ],
  phrases: [
    '{x}',
    'the sum {x}',
    'the result of {x}',
    'the answer to {x}',
    'the value of {x}',
    'the total of {x}',
  ],
  heldOut: [
    'Can you calculate {x}?',
    'Compute {x}.',
    'Work out {x} for me.',
    'In maths class we did {x}. What is the answer?',
    'Solve this: {x}.',
    'If you add them, what is {x}?',
  ],
  facts: NUMBERS.flatMap((a) => NUMBERS.map((b): [string, string] => [`${a}+${b}`, String(a + b)])),
};

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** "2+2" as people write it: with spaces, with "plus", in words. */
export function sumWording(x: string, rng: { choice<T>(items: readonly T[]): T }): string {
  const [a, b] = x.split('+').map(Number) as [number, number];
  return rng.choice([
    x,
    x,
    x,
    `${a} + ${b}`,
    `${a} + ${b}`,
    `${a} plus ${b}`,
    `${WORDS[a]} plus ${WORDS[b]}`,
  ]);
}
