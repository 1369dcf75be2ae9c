import { expect, test } from '@playwright/test';
import { compareNumbers, evaluate, parseQuery, textTerms } from '../../../../reports/app/query-language.js';

const NAMES = {
  numbers: ['rouge1', 'rougeL', 'exactMatch', 'latency', 'tokens'],
  words: { task: null, is: ['error', 'fails', 'worse', 'differs'] },
  parts: ['prompt', 'output'],
};
const parse = (text: string) => parseQuery(text, NAMES);

test('reads scores, text, fields and units', () => {
  expect(parse('rouge1<0.3 "red planet" latency>2s').query).toEqual({
    kind: 'and',
    parts: [
      { kind: 'compare', name: 'rouge1', of: 'value', op: '<', value: 0.3 },
      { kind: 'text', text: 'red planet', part: '' },
      { kind: 'compare', name: 'latency', of: 'value', op: '>', value: 2000 },
    ],
  });
  const cases: [string, Record<string, unknown>][] = [
    ['ROUGEL>=50%', { name: 'rougeL', op: '>=', value: 0.5 }],
    ['rouge1.change<-0.2', { name: 'rouge1', of: 'change', value: -0.2 }],
    ['rouge1.baseline=1', { of: 'baseline', op: '=', value: 1 }],
    ['tokens!=1k', { op: '!=', value: 1000 }],
    ['latency<=1.5min', { value: 90_000 }],
    ['exactMatch<.5', { value: 0.5 }],
    ['output:"a b"', { kind: 'text', part: 'output', text: 'a b' }],
    ['is:Error', { kind: 'field', name: 'is', value: 'error' }],
    ['task:facts', { kind: 'field', name: 'task', value: 'facts' }],
    ['planet', { kind: 'text', text: 'planet', part: '' }],
  ];
  for (const [text, query] of cases) expect(parse(text).query, text).toMatchObject(query);
  expect(parse('  ')).toEqual({ query: null, error: null });
});

test('binds not before and, and before or; brackets turn that round', () => {
  const holding = (text: string, ...held: string[]) =>
    evaluate(parse(text).query!, (term) => term.kind === 'text' && held.includes(term.text));
  const cases: [string, string[], boolean][] = [
    ['a b', ['a'], false],
    ['a b', ['a', 'b'], true],
    ['a or b c', ['a'], true],
    ['(a or b) c', ['a'], false],
    ['(a or b) c', ['b', 'c'], true],
    ['-a', [], true],
    ['not a b', ['b'], true],
    ['-(a or b)', ['b'], false],
    ['a and not b', ['a'], true],
    ['A OR b', ['b'], true],
  ];
  for (const [text, held, expected] of cases) expect(holding(text, ...held), text).toBe(expected);
});

test('says what is wrong, where, and what was probably meant', () => {
  const cases: [string, string, number][] = [
    ['rouge2<1', 'There is no score or number “rouge2”; did you mean rouge1?', 0],
    ['a latency>fast', '“fast” is no number; write 0.3, 30%, 250ms or 2s', 10],
    ['latency> 2', 'latency> needs a number after it, without a blank between: latency>0.5', 8],
    ['"open', 'A quotation mark is not closed', 0],
    ['(a b', 'A bracket is not closed', 0],
    ['a)', 'A bracket closes that was not opened', 1],
    ['a or', 'Something to look for is missing here', 4],
    ['is:eror', 'is: is one of error, fails, worse, differs; not “eror”', 3],
    ['tsak:facts', 'There is no field “tsak”; did you mean task?', 0],
    ['http://x', 'put text that holds a colon in quotation marks', 0],
    ['task:', 'task: needs a word after it', 0],
  ];
  for (const [text, message, at] of cases) {
    const { query, error } = parse(text);
    expect(query, text).toBeNull();
    expect(error!.message, text).toContain(message);
    expect(error!.at, text).toBe(at);
  }
});

test('names each text to look for once', () => {
  expect(
    textTerms(parse('a (a or "b c") -output:x rouge1>0').query).map(({ part, text }) => part + text),
  ).toEqual(['a', 'b c', 'outputx']);
});

test('a number that is not there fulfils no comparison', () => {
  for (const op of ['<', '<=', '>', '>=', '=', '!=']) expect(compareNumbers(null, op, 0)).toBe(false);
  expect(compareNumbers(0.3, '<', 0.3)).toBe(false);
  expect(compareNumbers(0.3, '!=', 0.2)).toBe(true);
});

test('whatever is typed is read or explained, and never takes long', () => {
  const pieces = [
    'a',
    '"',
    '(',
    ')',
    '-',
    'or',
    'not',
    ' ',
    'rouge1<',
    '0.3',
    'is:',
    ':',
    '<',
    '=',
    '\\',
    '💥',
  ];
  for (let seed = 0; seed < 3000; seed++) {
    let state = seed + 1;
    const next = () => (state = (state * 48271) % 2147483647);
    const text = Array.from({ length: 1 + (next() % 9) }, () => pieces[next() % pieces.length]).join('');
    const { query, error } = parse(text);
    if (error) expect(error.at, text).toBeLessThanOrEqual(text.length);
    else if (text.trim() !== '') expect(query, text).not.toBeNull();
  }
});
