import { expect, test } from '@playwright/test';
import type { ScoreDefinition, ScoredText } from '../../../../harness/metrics/score-definition.ts';
import { scoreDefinitions } from '../../../../harness/metrics/score-definitions.ts';

const text = (
  hypothesis: string,
  references: readonly string[] = ['the cat sat on the mat'],
): ScoredText => ({
  hypothesis,
  references,
  keywords: ['cat'],
  schema: { type: 'object' },
  logprobs: [-1, -2],
  confidence: 0.8,
  language: 'en',
  constraints: [{ kind: 'noCommas', value: true }],
  correct: true,
  samples: 5,
  passed: 2,
});

/** Texts on which metrics are known to break: long, without spaces, of spaces or marks alone, half characters. */
const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['50,000 spaces', ' '.repeat(50_000)],
  ['spaces and a word', `${' '.repeat(50_000)}x`],
  ['one word of a megabyte', 'a'.repeat(1_000_000)],
  ['one word of a megabyte of y', 'y'.repeat(1_000_000)],
  ['100,000 combining marks', 'e\u0301'.repeat(100_000)],
  ['marks alone', '\u0301'.repeat(100_000)],
  ['200,000 full stops', '.'.repeat(200_000)],
  ['apostrophes', "'s".repeat(100_000)],
  ['hyphens after digits', '1-'.repeat(100_000)],
  ['entities', '&amp;'.repeat(50_000)],
  ['lone surrogates', '\ud83d'.repeat(1000)],
  ['emoji', '😀'.repeat(50_000)],
  ['ideographs', '天'.repeat(50_000)],
  ['a half refusal', "i'm an ai ".repeat(20_000)],
  ['words', 'the cat sat '.repeat(3000)],
  ['object properties', 'constructor __proto__ hasOwnProperty toString valueOf'],
  ['nothing', ''],
];

function fault(definition: ScoreDefinition, hypothesis: string): string[] {
  const value = definition.score(text(hypothesis), {});
  if (typeof value !== 'number')
    return value.reason.length > 0 ? [] : [`${definition.name}: null without a reason`];
  const [low, high] = definition.range;
  // 100 × a / a is not 100 to the last digit.
  const inside = value >= (low ?? -Infinity) - 1e-9 && value <= (high ?? Infinity) + 1e-9;
  return Number.isFinite(value) && inside
    ? []
    : [`${definition.name}: ${value} outside ${String(definition.range)}`];
}

for (const [name, hypothesis] of HOSTILE) {
  test(`gives every score in its range, or a reason, in linear time: ${name}`, () => {
    expect(scoreDefinitions.flatMap((definition) => fault(definition, hypothesis))).toEqual([]);
  });
}

test('takes a hostile reference as well as a hostile text', () => {
  for (const [, reference] of HOSTILE) {
    for (const definition of scoreDefinitions.filter(({ needs }) => needs.includes('references'))) {
      const value = definition.score(text('the cat sat', [reference]), {});
      expect(typeof value === 'number' ? [] : [value.reason, 'no reference has a number']).toHaveLength(
        definition.name === 'numericMatch' && typeof value !== 'number' ? 2 : 0,
      );
    }
  }
});

test('names each score once, with a title, a source and a signature of this version', () => {
  const names = scoreDefinitions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { title, citation, signature } of scoreDefinitions) {
    expect(title.length * citation.length).toBeGreaterThan(0);
    expect(signature([text('a')], {})).toMatch(/\|harness:2$/);
  }
});

test('has every name of the contract', () => {
  const names = scoreDefinitions.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(
      (
        'bleu chrf ter rouge1 rouge2 rougeL rougeLsum rouge1.precision rougeLsum.recall exactMatch tokenF1 ' +
        'fleschReadingEase fleschKincaidGrade gunningFog smog colemanLiau automatedReadability daleChall ' +
        'linsearWrite lix rix syllables sentences words refusal toxicity'
      ).split(' '),
    ),
  );
});

test('makes the corpus score of one text its score, where counts are added up', () => {
  for (const definition of scoreDefinitions) {
    if (definition.corpus === undefined || definition.corpusOnly) continue;
    const one = text('the cat sat on a mat today');
    const counts = definition.corpus.counts([one], {})[0]!;
    expect(definition.corpus.value(counts, {})).toBeCloseTo(Number(definition.score(one, {})), 9);
  }
});
