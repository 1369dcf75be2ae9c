import { expect, test } from '@playwright/test';
import {
  addSurprisal,
  bitsPerByte,
  perplexity,
  surprisalOf,
} from '../../../../harness/metrics/perplexity.ts';
import { goldenVectors } from './golden-vectors.ts';

test('equals torchmetrics', () => {
  const { perplexity: rows } = goldenVectors<{
    readonly perplexity: readonly (readonly [logprobs: readonly number[], value: number])[];
  }>('outputs');
  for (const [logprobs, expected] of rows) {
    expect(Number(perplexity(surprisalOf(logprobs, ''))) / expected).toBeCloseTo(1, 9);
  }
});

test('counts bits over the bytes of UTF-8', () => {
  const nats = 4 * Math.LN2;
  expect(bitsPerByte(surprisalOf([-nats / 2, -nats / 2], 'é€'))).toBeCloseTo(4 / 5, 12);
});

test('adds up over texts, whatever their length', () => {
  const short = surprisalOf([-1], 'a');
  const long = surprisalOf([-2, -2, -2], 'bcd');
  expect(perplexity(addSurprisal(short, long))).toBeCloseTo(Math.exp(7 / 4), 12);
});

test('has no value without tokens or bytes, and takes no probabilities in their place', () => {
  expect(perplexity(surprisalOf([], 'a'))).toMatchObject({ value: null });
  expect(bitsPerByte(surprisalOf([-1], ''))).toMatchObject({ value: null });
  expect(perplexity(surprisalOf([-1e6], 'a'))).toMatchObject({ value: null });
  expect(() => surprisalOf([-1, 0.5], 'a')).toThrow('Log-probability 1 of 2 is 0.5');
  expect(() => surprisalOf([Number.NEGATIVE_INFINITY], 'a')).toThrow('finite');
});
