import { expect, test } from '@playwright/test';
import { accumulated, meanAccumulator } from '../../../../harness/metrics/accumulator.ts';
import { corpusBleu, corpusBleuAccumulator } from '../../../../harness/metrics/bleu.ts';
import { corpusChrf, corpusChrfAccumulator } from '../../../../harness/metrics/chrf.ts';
import { scoreAccumulator } from '../../../../harness/metrics/score-accumulator.ts';
import type { ScoredText } from '../../../../harness/metrics/score-definition.ts';
import { scoreDefinitions } from '../../../../harness/metrics/score-definitions.ts';
import { corpusTer, corpusTerAccumulator } from '../../../../harness/metrics/ter.ts';
import { scoreTexts } from '../../../../harness/score/score-texts.ts';
import { goldenVectors } from './golden-vectors.ts';

interface Segment {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

const segments = goldenVectors<{ readonly sentences: readonly Segment[] }>('bleu')
  .sentences.slice(0, 120)
  .map(({ hypothesis, references }) => ({ hypothesis, references }));

test('gives a corpus score text by text as in one batch, at any time', () => {
  const [bleu, chrf, ter] = [corpusBleuAccumulator(), corpusChrfAccumulator(), corpusTerAccumulator()];
  segments.forEach((segment, at) => {
    for (const each of [bleu, chrf, ter]) each.add(segment);
    if (at % 40 > 0 && at < segments.length - 1) return;
    const part = segments.slice(0, at + 1);
    expect(bleu.n).toBe(at + 1);
    expect(bleu.value()).toBe(corpusBleu(part).score);
    expect(chrf.value()).toBe(corpusChrf(part));
    expect(ter.value()).toBe(corpusTer(part));
  });
});

const additiveOrMean = scoreDefinitions.filter(
  ({ needs, corpusOnly }) =>
    !corpusOnly && needs.every((each) => each === 'hypothesis' || each === 'references'),
);

test('gives the number of harness score for every row of its table, bit for bit', async () => {
  const texts: readonly ScoredText[] = segments
    .slice(0, 40)
    .filter(({ hypothesis }) => /[a-z]/i.test(hypothesis))
    .map((each) => ({ ...each, keywords: [] }));
  expect(additiveOrMean.length).toBeGreaterThan(30);
  const { corpus } = await scoreTexts(texts, additiveOrMean, {}, 1);
  for (const definition of additiveOrMean) {
    const value = accumulated(scoreAccumulator(definition), texts);
    expect(typeof value === 'number' ? value : value.value, definition.name).toBe(
      corpus[definition.name]!.value,
    );
  }
});

test('has no value, and says why, before a text has the score', () => {
  const mean = meanAccumulator((value: number | null) => value ?? { value: null, reason: 'none' });
  mean.add(null);
  expect(mean.n).toBe(0);
  expect(mean.value()).toEqual({ value: null, reason: 'no text has the score' });
  expect(corpusChrf([])).toMatchObject({ value: null });
  expect(() => corpusBleu([])).toThrow('no segment');
});

test('loses no digit over many texts', () => {
  const mean = meanAccumulator((value: number) => value);
  for (const value of [1e16, ...Array.from({ length: 10 }, () => 1), -1e16]) mean.add(value);
  expect(mean.value()).toBe(10 / 12);
});
