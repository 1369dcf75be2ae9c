import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { calculateReadability, readabilitySignature } from '../../../../harness/metrics/readability.ts';
import { countSentences, splitSentences } from '../../../../harness/metrics/sentence-splitter.ts';
import { textStatistics } from '../../../../harness/metrics/text-statistics.ts';

interface Case {
  readonly part: 'tuned' | 'heldOut';
  readonly text: string;
  readonly sentences: readonly string[];
}

const cases = readFileSync('fixtures/sentences/sentences.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const right = (part: Case['part'], isRight: (each: Case) => boolean) => {
  const own = cases.filter((each) => each.part === part);
  return own.filter(isRight).length / own.length;
};

test('splits hand-made texts of many scripts as people do', () => {
  expect(cases.length).toBeGreaterThan(120);
  const splits = ({ text, sentences }: Case) => splitSentences(text).join('\n') === sentences.join('\n');
  expect(right('tuned', splits)).toBeGreaterThan(0.98);
  expect(right('heldOut', splits)).toBeGreaterThan(0.8);
});

test("counts sentences right more often than textstat's rule", () => {
  const ours = right('heldOut', ({ text, sentences }) => countSentences(text) === sentences.length);
  const theirs = right(
    'heldOut',
    ({ text, sentences }) => textStatistics(text).sentences === sentences.length,
  );
  expect(ours).toBeGreaterThan(theirs + 0.2);
});

test('loses no letter of a text', () => {
  const letters = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
  for (const { text } of cases) expect(letters(splitSentences(text).join(''))).toBe(letters(text));
  expect(['', ' \n ', '...', '!?'].map(countSentences)).toEqual([0, 0, 0, 0]);
});

test('serves readability under its own signature, and leaves the default to textstat', () => {
  const text = 'Dr. A. B. Brown met Mrs. C. Jones at 3.5 km from the U.S. border. They talked for an hour.';
  const option = { sentences: 'rules' } as const;
  expect(calculateReadability(text, 'sentences', option)).toBe(2);
  expect(calculateReadability(text, 'sentences')).not.toBe(2);
  expect(calculateReadability(text, 'lix', option)).toBeCloseTo(20 / 2 + 0 / 20, 9);
  expect(readabilitySignature('lix', option)).toBe(
    'lix|lang:en_US|compat:textstat-0.7.11|sentences:rules-1|harness:2',
  );
  expect(calculateReadability('', 'lix', option)).toMatchObject({ value: null });
});
