import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { KvCache } from '../../../../engine/inference/kv-cache.ts';
import { PrefixCache } from '../../../../engine/inference/prefix-cache.ts';
import type { CacheShape } from '../../../../engine/inference/row-cache.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');

let spec: CacheShape;

test.beforeAll(async () => {
  const checkpoint = await readCheckpoint(golden);
  spec = checkpoint.spec;
  await checkpoint.weights.close();
});

/** A cache whose row holds one made-up vector a token: what is restored can be told by its numbers. */
function cacheWith(row: number, tokens: readonly number[]): KvCache {
  const cache = new KvCache(spec);
  cache.reserve(row + 1, tokens.length);
  const { buffers, shape } = cache.view(row, 1);
  const [, , capacity, headSize] = shape;
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length; at++) {
      buffer[at] = tokens[Math.floor(at / headSize!) % capacity!] ?? 0;
    }
  }
  cache.hold(row, 1, tokens.length);
  return cache;
}

const firstOf = (cache: KvCache, row: number) => {
  const copies = cache.copyOut(row, cache.lengths[row]!);
  return copies.map((copy) => copy.filter((_, i) => i % (copy.length / spec.kvHeadCount) === 0));
};

const count = (from: number, length: number) => Array.from({ length }, (_, i) => from + i);

test('gives back the longest common beginning, at most as long as asked', () => {
  const prefixes = new PrefixCache({ entries: 4, bytes: 2 ** 20 });
  const short = count(1, 20);
  const long = [...count(1, 18), ...count(100, 30)];
  prefixes.keep(cacheWith(0, short), 0, short);
  prefixes.keep(cacheWith(0, long), 0, long);
  const cases = [
    [[...short, 7], 20],
    [[...long, 7], 48],
    [[...count(1, 17), 9, 9], 17],
    [count(1, 15), 0],
    [count(2, 40), 0],
  ] as const;
  for (const [tokens, expected] of cases) {
    const cache = new KvCache(spec);
    expect(prefixes.restore(cache, 2, tokens, tokens.length)).toBe(expected);
    if (expected === 0) continue;
    expect(cache.lengths[2]).toBe(expected);
    expect(firstOf(cache, 2)).toEqual(firstOf(cacheWith(2, tokens.slice(0, expected)), 2));
  }
  expect(prefixes.restore(new KvCache(spec), 0, long, 30)).toBe(30);
  expect(prefixes.restore(new KvCache(spec), 0, long, 15)).toBe(0);
});

test('stays within its bounds, and forgets what was used least recently', () => {
  const prompts = count(0, 9).map((index) => count(1000 * (index + 1), 20));
  const bytes = 20 * new KvCache(spec).bytesPerPosition;
  for (const limits of [
    { entries: 3, bytes: 2 ** 30 },
    { entries: 100, bytes: 3 * bytes + 5 },
  ]) {
    const prefixes = new PrefixCache(limits);
    for (const prompt of prompts.slice(0, 3)) prefixes.keep(cacheWith(0, prompt), 0, prompt);
    const held = (prompt: readonly number[]) => prefixes.restore(new KvCache(spec), 0, prompt, 20) > 0;
    expect(held(prompts[0]!)).toBe(true);
    prefixes.keep(cacheWith(0, prompts[3]!), 0, prompts[3]!);
    expect([0, 1, 2, 3].map((index) => held(prompts[index]!))).toEqual([true, false, true, true]);
    for (const prompt of prompts) prefixes.keep(cacheWith(0, prompt), 0, prompt);
    expect(prefixes.bytes).toBe(3 * bytes);
  }
});

test('keeps a prompt once, and a longer one in place of its beginning', () => {
  const prefixes = new PrefixCache({ entries: 9, bytes: 2 ** 30 });
  const turns = count(1, 60);
  for (const length of [20, 20, 40, 60, 30]) {
    prefixes.keep(cacheWith(0, turns.slice(0, length)), 0, turns.slice(0, length));
  }
  expect(prefixes.bytes).toBe(60 * new KvCache(spec).bytesPerPosition);
});
