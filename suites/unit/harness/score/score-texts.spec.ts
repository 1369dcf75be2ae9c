import { expect, test } from '@playwright/test';
import { MersenneTwister } from '../../../../harness/data/random.ts';
import { scoreDefinitions } from '../../../../harness/metrics/score-definitions.ts';
import { scoreLinesReader, type ScoreLine } from '../../../../harness/score/score-lines.ts';
import {
  parseScoreOptions,
  scoreOptionRows,
  selectScores,
} from '../../../../harness/score/score-selection.ts';
import { scoreTexts } from '../../../../harness/score/score-texts.ts';
import { proportionInterval } from '../../../../harness/stats/proportion.ts';

function read(...rows: readonly string[]): readonly ScoreLine[] {
  const reader = scoreLinesReader(['hypothesis', 'references']);
  for (const row of rows) reader.push(row);
  return reader.lines();
}

const lines = (...rows: readonly object[]) => read(...rows.map((row) => JSON.stringify(row)));

/** Scores by their names, as the command line has them. */
function scores(input: readonly ScoreLine[], ...names: readonly string[]) {
  const wanted = selectScores(names);
  return scoreTexts(
    input,
    scoreDefinitions.filter(({ name }) => wanted.includes(name)),
  );
}

/** Ends of the interval of a share, never of no width. */
function ends(values: readonly number[]) {
  const { low, high } = proportionInterval(values)!;
  expect(high - low).toBeGreaterThan(0.1);
  return { low, high };
}

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
    read(...input);
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
  expect(() => read('', ' ')).toThrow('no line');
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
  expect(selectScores(['rouge2'])).toEqual(['rouge2', 'rouge2.precision', 'rouge2.recall']);
  expect(selectScores(['rouge2.recall'])).toHaveLength(1);
});

test('scores rows and the corpus, and says why where there is nothing', async () => {
  const input = lines(
    { hypothesis: 'the cat sat on the mat', references: ['the cat sat on the mat'], id: 'x' },
    { hypothesis: 'a dog', references: ['some dogs ran away'] },
    { hypothesis: '' },
  );
  const table = await scores(input, 'bleu', 'exactMatch', 'smog');
  expect(table.rows).toEqual([
    { id: 'x', bleu: expect.closeTo(100, 9), exactMatch: 1, smog: expect.closeTo(3.1291, 9) },
    { bleu: 0, exactMatch: 0, smog: expect.closeTo(3.1291, 9) },
    { bleu: null, exactMatch: null, smog: null },
  ]);
  expect(table.corpus['bleu']).toMatchObject({ value: expect.closeTo(69.246, 3), n: 2 });
  expect(table.corpus['exactMatch']).toMatchObject({ value: 0.5, ...ends([1, 0]) });
  expect(table.corpus['smog']).toEqual({ value: expect.closeTo(3.1291, 9), low: null, high: null, n: 2 });
  expect(table.signatures).toMatchObject({
    bleu: 'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0|harness:2',
    'rows.bleu': 'nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp|version:2.6.0|harness:2',
  });
  expect(table.reasons).toEqual([
    { metric: 'bleu', of: 'row', rows: [2], reason: 'the line has no references' },
    { metric: 'exactMatch', of: 'row', rows: [2], reason: 'the line has no references' },
    { metric: 'smog', of: 'row', rows: [2], reason: 'the text has no words' },
    { metric: 'smog', of: 'interval', reason: 'all lines have the same score, on a scale without bounds' },
  ]);
});

test('lines of one score give no interval of width 0', async () => {
  const same = { hypothesis: 'the cat sat on the mat', references: ['the cat sat on the mat'] };
  const { corpus, reasons } = await scores(lines(same, same, same), 'bleu', 'chrf', 'exactMatch');
  const reason = 'whichever lines are drawn, the score is the same';
  for (const metric of ['bleu', 'chrf']) {
    expect(corpus[metric]).toEqual({ value: expect.closeTo(100, 9), low: null, high: null, n: 3 });
    expect(reasons).toContainEqual({ metric, of: 'interval', reason });
  }
  expect(corpus['exactMatch']!.low).toBeLessThan(0.5);
});

test('counts lines of one cluster as one when it makes the interval', async () => {
  const row = (at: number, cluster: string) => ({
    hypothesis: at % 3 === 0 ? 'the cat sat on the mat' : 'the cat sat on a rug',
    references: ['the cat sat on the mat'],
    cluster,
  });
  const width = async (cluster: (at: number) => string) => {
    const input = lines(...Array.from({ length: 60 }, (_, at) => row(at, cluster(at))));
    const { low, high } = (await scores(input, 'bleu')).corpus['bleu']!;
    return high! - low!;
  };
  expect(await width((at) => String(at % 3))).toBeGreaterThan(2 * (await width(String)));
});

test('takes clusters into account in the interval of a share', async () => {
  const row = (at: number, cluster: string) => ({
    hypothesis: at % 2 === 0 ? 'a' : 'b',
    references: ['a'],
    cluster,
  });
  const interval = async (cluster: (at: number) => string) => {
    const input = lines(...Array.from({ length: 60 }, (_, at) => row(at, cluster(at))));
    return (await scores(input, 'exactMatch')).corpus['exactMatch']!;
  };
  const alone = await interval(String);
  expect(alone).toMatchObject(ends(Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 1 : 0))));
  const together = await interval((at) => String(at % 6));
  expect(together.high! - together.low!).toBeGreaterThan(2 * (alone.high! - alone.low!));
});

test('reads attempts and outcomes in either form, and refuses those that contradict each other', () => {
  expect(lines({ hypothesis: '', passed: [true, false, true] })[0]).toMatchObject({ samples: 3, passed: 2 });
  expect(lines({ hypothesis: '', samples: 5, passed: 2, correct: 1 })[0]).toMatchObject({
    samples: 5,
    passed: 2,
    correct: true,
  });
  expect(() => lines({ hypothesis: '', samples: 5, passed: 6 })).toThrow('passed has 6 attempts, samples 5');
  expect(() => lines({ hypothesis: '', samples: 2, passed: [true] })).toThrow('passed has 1');
  expect(() => lines({ hypothesis: '', confidence: 2 })).toThrow('confidence must be a number from 0 to 1');
  expect(() => lines({ hypothesis: '', logprobs: ['-1'] })).toThrow('logprobs must be a list of numbers');
});

test('needs no text for scores that are not of texts', async () => {
  const reader = scoreLinesReader(['confidence', 'correct']);
  reader.push('{"confidence":0.9,"correct":true}');
  reader.push('{"confidence":0.6,"correct":false}');
  reader.push('{"confidence":0.6}');
  const table = await scores(reader.lines(), 'ece', 'brier', 'bleu');
  expect(table.corpus).toMatchObject({
    ece: { value: expect.closeTo(0.35, 12), n: 2 },
    brier: { value: expect.closeTo(0.185, 12), n: 2 },
    bleu: { value: null, n: 0 },
  });
  expect(table.reasons).toContainEqual({
    metric: 'brier',
    of: 'row',
    rows: [2],
    reason: 'the line has no correct',
  });
  expect(table.details).toMatchObject({
    ece: { bins: expect.arrayContaining([{ n: 1 }].map((each) => expect.objectContaining(each))) },
  });
});

test('lists no more faults than a reader reads', () => {
  const faults = Array.from({ length: 80 }, () => '{"hypothesis":1}');
  expect(() => read(...faults)).toThrow(/line 50: .*\nand 30 more faults$/);
});

test('holds 0 in the interval of a calibration error that chance explains, and not of one it does not', async () => {
  const random = new MersenneTwister(5);
  const draw = async (shift: number) => {
    const input = Array.from({ length: 400 }, () => {
      const confidence = 0.5 + random.random() / 2;
      return { hypothesis: '', confidence, correct: random.random() < confidence - shift };
    });
    return (await scores(lines(...input), 'ece')).corpus['ece']!;
  };
  const perfect = await draw(0);
  expect(perfect.value).toBeGreaterThan(0.02);
  expect(perfect.low).toBe(0);
  expect(perfect.high).toBeGreaterThanOrEqual(perfect.value!);
  const shifted = await draw(0.2);
  expect(shifted.low).toBeGreaterThan(0.1);
  expect(shifted.low).toBeLessThan(0.2);
  expect(shifted.high).toBeGreaterThan(0.2);
});
