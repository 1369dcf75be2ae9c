import { expect, test } from '@playwright/test';
import { Pcg64 } from '../../../../harness/stats/pcg64.ts';
import { golden } from './golden.ts';

test("draws what numpy's default_rng draws", () => {
  const drawn = golden.generator.map(({ seed }) => {
    const random = new Pcg64(seed);
    return {
      seed,
      random: Array.from({ length: 3 }, () => random.random()),
      below37: Array.from({ length: 9 }, () => random.below(37)),
      coins: [...random.coins(70)],
      below3e9: Array.from({ length: 5 }, () => random.below(3_000_000_000)),
      last: random.random(),
    };
  });
  expect(drawn).toEqual(golden.generator);
});

test('draws one value of one without spending a word, as numpy does', () => {
  const [a, b] = [new Pcg64(7), new Pcg64(7)];
  expect(a.below(1)).toBe(0);
  expect(a.uint32()).toBe(b.uint32());
});
