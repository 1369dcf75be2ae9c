import { expect, test } from '@playwright/test';
import { createRequire } from 'node:module';
import { pronouncedVowels } from '../../../../harness/metrics/pronunciations.ts';
import {
  calculateReadability,
  readabilityNames,
  readabilitySignature,
  type ReadabilityName,
} from '../../../../harness/metrics/readability.ts';
import { syllablesOf } from '../../../../harness/metrics/syllables.ts';
import { textStatistics } from '../../../../harness/metrics/text-statistics.ts';
import { differences, goldenVectors } from './golden-vectors.ts';

const golden = goldenVectors<{
  readonly metrics: readonly (ReadabilityName | 'words')[];
  readonly cases: readonly (readonly [text: string, values: readonly number[]])[];
  readonly syllables: readonly (readonly [word: string, count: number])[];
}>('readability');

test('agrees with textstat on every text that has words', () => {
  const rows = golden.cases.flatMap(([text, values]) =>
    golden.metrics.flatMap((name, at) => {
      const ours = name === 'words' ? textStatistics(text).words : calculateReadability(text, name);
      return typeof ours === 'number'
        ? [{ what: `${name} ${JSON.stringify(text).slice(0, 120)}`, ours, theirs: values[at]! }]
        : [];
    }),
  );
  expect(rows.length).toBeGreaterThan(3000);
  expect(differences(rows, 1e-6)).toEqual([]);
});

test('has no readability, and says why, exactly where textstat finds no word', () => {
  for (const [text, values] of golden.cases) {
    const words = values[golden.metrics.indexOf('words')];
    const value = calculateReadability(text, 'smog');
    if (words === 0) expect(value).toEqual({ value: null, reason: 'the text has no words' });
    else expect(typeof value).toBe('number');
  }
  expect(calculateReadability('', 'fleschReadingEase')).toEqual({
    value: null,
    reason: 'the text has no words',
  });
  expect(calculateReadability('Mmmm.', 'fleschReadingEase')).toEqual({
    value: null,
    reason: 'the text has no syllables',
  });
  expect(calculateReadability('', 'sentences')).toBe(0);
});

test('counts syllables as textstat does', () => {
  expect(golden.syllables.length).toBeGreaterThan(1500);
  expect(golden.syllables.filter(([word, count]) => syllablesOf(word) !== count)).toEqual([]);
});

test('reads words that are names of object properties', () => {
  expect(['constructor', 'valueof', '__proto__'].map(syllablesOf)).toEqual([3, 3, 2]);
});

test('finds each word of the dictionary package in its bytes', () => {
  const { dictionary } = createRequire(import.meta.url)('cmu-pronouncing-dictionary') as {
    readonly dictionary: Readonly<Record<string, string>>;
  };
  const words = Object.keys(dictionary).filter((key) => !key.endsWith(')'));
  expect(words.length).toBeGreaterThan(120_000);
  const vowels = (phones: string) => phones.replace(/#.*/, '').replaceAll(/\D/g, '').length;
  const missed = words.filter((word) => pronouncedVowels(word) !== vowels(dictionary[word]!));
  expect(missed).toEqual([]);
});

test('signs with the reference it is compatible with', () => {
  expect(readabilityNames).toContain('daleChall');
  expect(readabilitySignature('smog')).toBe('smog|lang:en_US|compat:textstat-0.7.11|harness:2');
});

test('counts words with İ for fog as textstat does, which splits them once more in lower case', () => {
  // textstat 0.7.11's figures; the syllables are those of a single pass.
  for (const [text, fog, syllables] of [
    ['The İdea of a cat is here and now.', 8.044444444444444, 9],
    ['The beautİful cats were running quickly here now.', 8.2, 12],
    ['A Stİmulatİng İtalİan İnİtİatİve was here today.', 19.942857142857143, 12],
  ] as const) {
    expect(calculateReadability(text, 'gunningFog')).toBeCloseTo(fog, 9);
    expect(calculateReadability(text, 'syllables')).toBe(syllables);
  }
});
