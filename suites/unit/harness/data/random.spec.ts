import { expect, test } from '@playwright/test';
import golden from '../../../../fixtures/golden/data/python-random.json' with { type: 'json' };
import { MersenneTwister } from '../../../../harness/data/random.ts';

test('draws what CPython draws from the same seed', () => {
  for (const row of golden.rows) {
    const rng = new MersenneTwister(row.seed);
    const drawn = {
      seed: row.seed,
      uint32: Array.from({ length: 4 }, () => rng.uint32()),
      random: Array.from({ length: 4 }, () => rng.random()),
      choices: [1, 2, 5, 1000, 2 ** 31].flatMap((n) => Array.from({ length: 8 }, () => rng.below(n))),
      shuffled: rng.shuffled(Array.from({ length: 20 }, (_, index) => index)),
    };
    for (let i = 0; i < 2000; i++) rng.uint32();
    expect({ ...drawn, later: rng.uint32() }).toEqual(row);
  }
});
