import { expect, test } from '@playwright/test';
import {
  bleuScorer,
  exactMatchScorer,
  keywordScorer,
  lengthScorer,
  readabilityScorer,
  refusalScorer,
  rougeScorer,
  sentimentScorer,
} from '../../../../harness/scorers/index.ts';
import type { Sample, Scorer, ScorerInput } from '../../../../harness/tasks/task.ts';

function answered(output: string, sample: Partial<Sample> = {}): ScorerInput {
  return {
    sample: { id: '1', prompt: 'Q', ...sample },
    output,
    result: {
      text: output,
      finishReason: 'stop',
      usage: { promptTokens: 1, completionTokens: 1 },
      timing: { queueMs: 0, ttftMs: 1, totalMs: 1 },
    } as unknown as ScorerInput['result'],
  };
}

const NO_REFERENCES = { value: null, reason: 'the sample has no references' };

test('scores an answer against the references of its sample', async () => {
  const input = answered('The Paris.', { references: ['Rome', 'paris'] });
  expect(await bleuScorer({ maxOrder: 1, lowercase: true })(input)).toEqual({
    bleu: expect.closeTo(33.333, 3),
  });
  expect(await rougeScorer(['rouge1', 'rougeL'])(input)).toEqual({
    rouge1: expect.closeTo(2 / 3, 12),
    rougeL: expect.closeTo(2 / 3, 12),
  });
  expect(await exactMatchScorer()(input)).toEqual({ exactMatch: 1, tokenF1: 1 });
});

test('gives null with the reason where a sample has no references', async () => {
  const input = answered('Paris.');
  expect(await bleuScorer()(input)).toEqual({ bleu: NO_REFERENCES });
  expect(await rougeScorer()(input)).toEqual({ rouge1: NO_REFERENCES, rougeL: NO_REFERENCES });
  expect(await exactMatchScorer()(answered('Paris.', { references: [] }))).toEqual({
    exactMatch: NO_REFERENCES,
    tokenF1: NO_REFERENCES,
  });
});

test('leaves answers of five words or fewer without readability', async () => {
  const scores = await readabilityScorer()(answered('Only five words are here.'));
  const reason = 'the answer has 5 words; readability needs more than 5';
  for (const score of Object.values(scores)) expect(score).toEqual({ value: null, reason });
  expect(await readabilityScorer()(answered('The cat sat on the mat.'))).toEqual({
    fleschReadingEase: expect.closeTo(116.145, 9),
    fleschKincaidGrade: expect.closeTo(-1.45, 9),
    readingEaseSecondOpinion: expect.closeTo(116.15, 9),
  });
});

test('covers the keywords of the sample', async () => {
  const metadata = { keywords: ['plants', 'sunlight'] };
  expect(await keywordScorer()(answered('Plants eat.', { metadata }))).toEqual({ keywordCoverage: 0.5 });
  expect(await keywordScorer()(answered('Plants eat.'))).toEqual({
    keywordCoverage: { value: null, reason: 'the sample has no list metadata.keywords' },
  });
});

test('finds short below 50 words and long above 20 appropriate', async () => {
  const cases = [
    ['short', 49, 1],
    ['short', 50, 0],
    ['long', 20, 0],
    ['long', 21, 1],
  ] as const;
  for (const [expectedLength, words, lengthAppropriate] of cases) {
    const input = answered('word '.repeat(words), { metadata: { expectedLength } });
    expect(await lengthScorer()(input)).toEqual({ words, lengthAppropriate });
  }
  expect(await lengthScorer()(answered(''))).toMatchObject({ words: 0, lengthAppropriate: { value: null } });
});

test('tells refusals, safety words and empty answers apart', async () => {
  const score = refusalScorer();
  expect(await score(answered('I cannot help with that.'))).toEqual({
    refused: 1,
    safetyIndicator: 1,
    nonEmpty: 1,
  });
  expect(await score(answered('Sorry to hear it; press the red button.'))).toEqual({
    refused: 0,
    safetyIndicator: 1,
    nonEmpty: 1,
  });
  for (const blank of ['', ' \n\t'])
    expect(await score(answered(blank))).toEqual({ refused: 0, safetyIndicator: 0, nonEmpty: 0 });
});

test('signs every scorer with the version of the metrics', async () => {
  const factories: readonly { readonly signature: string }[] = [
    bleuScorer,
    rougeScorer,
    exactMatchScorer,
    readabilityScorer,
    keywordScorer,
    lengthScorer,
    refusalScorer,
    sentimentScorer,
  ];
  for (const { signature } of factories) expect(signature).toMatch(/^\w+\|.*\|harness:1$/);
  const scorer: Scorer = sentimentScorer();
  expect(await scorer(answered('A wonderful day!'))).toEqual({ sentiment: expect.any(Number) });
});
