import { expect, test } from '@playwright/test';
import { bootstrapInterval } from '../../../../harness/score/bootstrap-interval.ts';
import { readScoreLines } from '../../../../harness/score/score-lines.ts';
import {
  parseScoreOptions,
  scoreOptionRows,
  selectScores,
} from '../../../../harness/score/score-selection.ts';
import { scoreTexts } from '../../../../harness/score/score-texts.ts';

const lines = (...rows: readonly object[]) =>
  readScoreLines(rows.map((row) => JSON.stringify(row)).join('\n'));

test('reports every fault of every line at once, with its number', () => {
  const input = [
    '{"hypothesis":"a","reference":["b"]}',
    'oops',
    '',
    '{"hypothesis":1,"references":"b"}',
    '[]',
  ];
  let message = '';
  try {
    readScoreLines(input.join('\n'));
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.replace(/not JSON: .*/, 'not JSON')).toBe(
    [
      'line 1: unknown field "reference"; did you mean references?',
      'line 2: not JSON',
      'line 4: hypothesis must be a string',
      'line 4: references must be a list of strings',
      'line 5: not an object',
    ].join('\n'),
  );
  expect(() => readScoreLines('\n \n')).toThrow('no line');
});

test("leaves alone the fields of a line that are somebody's own", () => {
  expect(lines({ hypothesis: 'a', prompt: 'b', score: 3 })).toHaveLength(1);
});

test('suggests the name that was meant', () => {
  expect(() => selectScores(['blue', 'rougel', 'fleschReadingEas'])).toThrow(
    /"blue"; did you mean bleu\?\n.*did you mean rougeL\?\n.*did you mean fleschReadingEase\?/,
  );
  expect(() => parseScoreOptions(['bleu.tokenise=zh'])).toThrow('did you mean bleu.tokenize?');
  expect(() => selectScores([])).toThrow('no metric');
});

test('refuses a value that an option does not take, and takes each default', () => {
  for (const bad of [
    'bleu.tokenize=x',
    'bleu.maxOrder=0',
    'bleu.maxOrder=1.5',
    'rouge.stem=yes',
    'chrf.beta=',
  ]) {
    expect(() => parseScoreOptions([bad]), bad).toThrow('takes');
  }
  for (const name of Object.keys(scoreOptionRows)) expect(() => parseScoreOptions([name])).toThrow('takes');
  expect(parseScoreOptions(['bleu.smooth=floor', 'bleu.smoothValue=0.2', 'rouge.stem=true'])).toEqual({
    bleu: { smooth: 'floor', smoothValue: 0.2 },
    rouge: { stem: true },
  });
});

test('brings precision and recall with a ROUGE score', () => {
  expect(selectScores(['rouge2']).map(({ name }) => name)).toEqual([
    'rouge2',
    'rouge2.precision',
    'rouge2.recall',
  ]);
  expect(selectScores(['rouge2.recall'])).toHaveLength(1);
});

test('scores rows and the corpus, and says why where there is nothing', () => {
  const input = lines(
    { hypothesis: 'the cat sat on the mat', references: ['the cat sat on the mat'], id: 'x' },
    { hypothesis: 'a dog', references: ['some dogs ran away'] },
    { hypothesis: '' },
  );
  const table = scoreTexts(input, selectScores(['bleu', 'exactMatch', 'smog']));
  expect(table.rows).toEqual([
    { id: 'x', bleu: expect.closeTo(100, 9), exactMatch: 1, smog: expect.closeTo(3.1291, 9) },
    { bleu: 0, exactMatch: 0, smog: expect.closeTo(3.1291, 9) },
    { bleu: null, exactMatch: null, smog: null },
  ]);
  expect(table.corpus['bleu']).toMatchObject({ value: expect.closeTo(69.246, 3), n: 2 });
  expect(table.corpus['exactMatch']).toMatchObject({ value: 0.5, low: 0, high: 1, n: 2 });
  expect(table.corpus['smog']).toEqual({ value: expect.closeTo(3.1291, 9), low: null, high: null, n: 2 });
  expect(table.signatures).toMatchObject({
    bleu: 'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0|harness:1',
    'rows.bleu': 'nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp|version:2.6.0|harness:1',
  });
  expect(table.reasons).toEqual([
    { metric: 'bleu', of: 'row', rows: [2], reason: 'the line has no references' },
    { metric: 'exactMatch', of: 'row', rows: [2], reason: 'the line has no references' },
    { metric: 'smog', of: 'row', rows: [2], reason: 'the text has no words' },
    { metric: 'smog', of: 'interval', reason: 'all lines have the same score, on a scale without bounds' },
  ]);
});

test('counts lines of one cluster as one when it makes the interval', () => {
  const row = (at: number, cluster: string) => ({
    hypothesis: at % 3 === 0 ? 'the cat sat on the mat' : 'the cat sat on a rug',
    references: ['the cat sat on the mat'],
    cluster,
  });
  const width = (cluster: (at: number) => string) => {
    const input = lines(...Array.from({ length: 60 }, (_, at) => row(at, cluster(at))));
    const { low, high } = scoreTexts(input, selectScores(['bleu'])).corpus['bleu']!;
    return high! - low!;
  };
  expect(width((at) => String(at % 3))).toBeGreaterThan(2 * width(String));
});

test('draws the same bootstrap for the same seed, and no interval from one cluster', () => {
  const segments = Array.from({ length: 40 }, (_, at) => [at % 7, 10]);
  const score = ([part, whole]: readonly number[]) => part! / whole!;
  const interval = bootstrapInterval(segments, score, { seed: 1 });
  expect(bootstrapInterval(segments, score, { seed: 1 })).toEqual(interval);
  expect(bootstrapInterval(segments, score, { seed: 2 })).not.toEqual(interval);
  const clusters = segments.map(() => 'one');
  expect(bootstrapInterval(segments, score, { seed: 1, clusters })).toBeNull();
});
