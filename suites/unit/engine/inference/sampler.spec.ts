import { expect, test } from '@playwright/test';
import { Penalties, type PenaltyOptions } from '../../../../engine/inference/penalties.ts';
import { seededRandom } from '../../../../engine/inference/random.ts';
import {
  argmax,
  distribution,
  largest,
  logNormalizer,
  sampleToken,
  type SamplerOptions,
} from '../../../../engine/inference/sampler.ts';

import golden from '../../../../fixtures/golden/engine/sampler.json' with { type: 'json' };

const noPenalty: PenaltyOptions = {
  repetitionPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
  logitBias: {},
};
const plain: SamplerOptions = { temperature: 1, topP: 1, topK: 0, minP: 0 };
// Probabilities 0.5, 0.25, 0.125, 0.125 in a mixed order.
const logits = Float32Array.of(Math.log(0.125), Math.log(0.5), Math.log(0.125), Math.log(0.25));

function frequencies(options: Partial<SamplerOptions>, draws = 20_000): number[] {
  const random = seededRandom(7);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, { ...plain, ...options }, random)]!++;
  return counts.map((count) => count / draws);
}

/** Four standard deviations of a frequency of 20,000 draws are at most 0.0142. */
function expectNear(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!), `token ${i}`).toBeLessThan(0.0142));
}

test('takes the largest logit at temperature 0, the first of equal ones', () => {
  expect(sampleToken(logits, { ...plain, temperature: 0 }, () => Number.NaN)).toBe(1);
  expect(argmax(Float32Array.of(1, 3, 3))).toBe(1);
});

test('draws tokens by their probabilities', () => {
  expectNear(frequencies({}), [0.125, 0.5, 0.125, 0.25]);
});

test('sharpens and flattens with temperature', () => {
  // p^2 and p^(1/2), normalised.
  expectNear(frequencies({ temperature: 0.5 }), [1 / 22, 16 / 22, 1 / 22, 4 / 22]);
  const roots = [0.125, 0.5, 0.125, 0.25].map(Math.sqrt);
  const sum = roots.reduce((a, b) => a + b, 0);
  expectNear(
    frequencies({ temperature: 2 }),
    roots.map((root) => root / sum),
  );
});

test('keeps the k most likely, the lower id of equal ones', () => {
  expectNear(frequencies({ topK: 1 }), [0, 1, 0, 0]);
  expectNear(frequencies({ topK: 2 }), [0, 2 / 3, 0, 1 / 3]);
  expectNear(frequencies({ topK: 3 }), [1 / 7, 4 / 7, 0, 2 / 7]);
  expectNear(frequencies({ topK: 100 }), [0.125, 0.5, 0.125, 0.25]);
});

test('keeps the smallest nucleus that reaches topP, the token that crosses it included', () => {
  expectNear(frequencies({ topP: 0.3 }), [0, 1, 0, 0]);
  expectNear(frequencies({ topP: 0.6 }), [0, 2 / 3, 0, 1 / 3]);
  expectNear(frequencies({ topP: 0.8 }), [1 / 7, 4 / 7, 0, 2 / 7]);
  expectNear(frequencies({ topP: 0.99 }), [0.125, 0.5, 0.125, 0.25]);
});

test('applies topP to what topK has left', () => {
  // Of 0.5 and 0.25 the first is 2/3: enough for 0.6 only after topK.
  expectNear(frequencies({ topK: 2, topP: 0.6 }), [0, 1, 0, 0]);
});

test('draws without overflow from extreme logits', () => {
  const extreme = Float32Array.of(-1e30, 1e4, 1e4 - 1);
  const random = seededRandom(1);
  for (const temperature of [1e-6, 1, 2]) {
    const token = sampleToken(extreme, { ...plain, temperature }, random);
    expect([1, 2]).toContain(token);
  }
});

test('gives log-probabilities of the model, not of the truncated distribution', () => {
  expect(logits[1]! - logNormalizer(logits)).toBeCloseTo(Math.log(0.5), 6);
  expect(1e4 - logNormalizer(Float32Array.of(1e4, 1e4))).toBeCloseTo(Math.log(0.5), 6);
});

test('keeps of a large vocabulary what sorting all of it would keep', () => {
  const random = seededRandom(5);
  const pick = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  for (let i = 0; i < 300; i++) {
    const size = pick(7, 300, 3000);
    const [spread, step] = [pick(0, 2, 30, 1e4), pick(0, 1)];
    const many = Float32Array.from({ length: size }, () => {
      const logit = (random() + random() + random() - 1.5) * spread;
      return step === 0 ? logit : Math.round(logit);
    });
    const options = {
      temperature: pick(0.05, 0.7, 2),
      topK: pick(0, 1, 40, size - 1, size, size + 1),
      topP: pick(1, 0.999999, 0.9, 0.5, 1e-9),
      minP: pick(0, 0.05, 1),
    };
    const { tokens, weights, sum } = distribution(many, options);

    const top = many[argmax(many)]!;
    const weightOf = (token: number): number => Math.exp((many[token]! - top) / options.temperature);
    let first = [...many.keys()].sort((a, b) => many[b]! - many[a]! || a - b);
    if (options.topK > 0) first = first.slice(0, options.topK);
    const mass = first.reduce((total, token) => total + weightOf(token), 0);
    let before = 0;
    if (options.topP < 1) {
      first = first.filter((token) => (before += weightOf(token)) - weightOf(token) < options.topP * mass);
    }
    first = first.filter((token) => weightOf(token) >= options.minP);
    const what = JSON.stringify({ size, spread, ...options });
    const kept = tokens ?? [...many.keys()];
    expect(new Set(kept), what).toEqual(new Set(first));
    expect(Array.from(weights), what).toEqual(kept.map(weightOf));
    expect(sum).toBeCloseTo(
      first.reduce((total, token) => total + weightOf(token), 0),
      6,
    );
  }
});

test('finds the largest logits in order, the lower index first of equal ones', () => {
  expect(largest(logits, 3)).toEqual([1, 3, 0]);
  expect(largest(logits, 0)).toEqual([]);
  expect(largest(logits, 9)).toEqual([1, 3, 0, 2]);
  const random = seededRandom(3);
  const many = Float32Array.from({ length: 500 }, () => Math.floor(random() * 50));
  const sorted = [...many.keys()].sort((a, b) => many[b]! - many[a]! || a - b);
  expect(largest(many, 20)).toEqual(sorted.slice(0, 20));
});

test('gives the same numbers for the same seed, others for another, all in [0, 1)', () => {
  const sequence = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
  expect(sequence(3)).toEqual(sequence(3));
  const starts = [0, 1, -1, 2 ** 32, 2 ** 40, -(2 ** 40)].map((seed) => seededRandom(seed)());
  expect(new Set(starts).size).toBe(starts.length);
  const values = sequence(0);
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Four standard errors of the mean of 1,000 uniform numbers.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.0366);
});

test('gives the distributions of transformers, min-p, repetition penalty and biases included', () => {
  for (const { options, logits: given, prompt, generated, probabilities } of golden.cases) {
    const {
      repetitionPenalty = 1,
      logitBias = {},
      ...sampling
    } = options as Partial<SamplerOptions & PenaltyOptions>;
    const penalties = new Penalties({ ...noPenalty, repetitionPenalty, logitBias }, prompt);
    for (const token of generated) penalties.count(token);
    const { tokens, weights, sum } = distribution(penalties.apply(Float32Array.from(given)), {
      ...plain,
      ...sampling,
    });
    const places = tokens ?? [...given.keys()];
    const ours = given.map((_, token) => (weights[places.indexOf(token)] ?? 0) / sum);
    const worst = Math.max(...ours.map((value, token) => Math.abs(value - probabilities[token]!)));
    expect(worst, JSON.stringify(options)).toBeLessThan(1e-6);
  }
});

test("subtracts presence and frequency penalties as OpenAI's formula does, for the answer alone", () => {
  const penalties = new Penalties({ ...noPenalty, presencePenalty: 0.5, frequencyPenalty: 0.25 }, [3]);
  for (const token of [1, 1, 2]) penalties.count(token);
  expect([...penalties.apply(Float32Array.of(4, 4, 4, 4))]).toEqual([
    4,
    4 - 0.5 - 2 * 0.25,
    4 - 0.5 - 0.25,
    4,
  ]);
});

test('leaves logits alone that nothing changes', () => {
  const penalties = new Penalties(noPenalty, [1]);
  penalties.count(1);
  expect(penalties.apply(logits)).toBe(logits);
});
