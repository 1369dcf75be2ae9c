import { expect, test } from '@playwright/test';
import {
  EMPTY_QUERY,
  formatHash,
  holdsText,
  keyOf,
  parseHash,
  type SampleIndex,
  scoreNames,
  selectRows,
  tagNames,
} from '../../../../reports/app/sample-query.js';
import { sampleRecord } from '../sample-report.ts';

const row = (
  task: number,
  id: string,
  scores: (number | null)[],
  error: string | null = null,
  tags: string[] = [],
) => ({
  task,
  id,
  repeat: 0,
  error,
  tags,
  scores,
  prompt: '',
  output: '',
});

const index: SampleIndex = {
  tasks: [
    { suite: 'quality', task: 'facts', scores: ['bleu', 'rougeL'], hasBaseline: false },
    { suite: 'quality', task: 'length', scores: ['words'], hasBaseline: false },
    { suite: 'api', task: 'smoke', scores: ['passed'], hasBaseline: false },
  ],
  rows: [
    row(0, 'a', [30, 0.5]),
    row(0, 'b', [10, null]),
    row(1, 'c', [7], null, ['unsafe', 'hard']),
    row(0, 'd', [20, 0.1], 'E_TIMEOUT'),
    row(2, 'e', [1], 'E_ENDPOINT', ['hard']),
  ],
  chunks: [0],
};

const select = (change: Partial<typeof EMPTY_QUERY>, found: Set<number> | null = null) =>
  selectRows(index, { ...EMPTY_QUERY, ...change }, found)
    .map((number) => index.rows[number]!.id)
    .join('');

test('selects by suite, task, errors and found text', () => {
  expect(select({})).toBe('abcde');
  expect(select({ scope: 'quality' })).toBe('abcd');
  expect(select({ scope: 'quality/facts' })).toBe('abd');
  expect(select({ scope: 'qual' })).toBe('');
  expect(select({ tag: 'hard' })).toBe('ce');
  expect(select({ tag: 'har' })).toBe('');
  expect(select({ errors: true })).toBe('de');
  expect(select({ errors: true, scope: 'api' })).toBe('e');
  expect(select({ find: 'x' }, new Set([0, 4]))).toBe('ae');
});

test('sorts by a score, samples without it last in either direction', () => {
  expect(select({ sort: 'rougeL' })).toBe('dabce');
  expect(select({ sort: 'rougeL', descending: true })).toBe('adbce');
  expect(select({ sort: 'bleu', scope: 'quality/facts' })).toBe('bda');
  expect(select({ sort: 'nothing' })).toBe('abcde');
});

test('names each score in scope once', () => {
  expect(scoreNames(index, '')).toEqual(['bleu', 'rougeL', 'words', 'passed']);
  expect(scoreNames(index, 'quality/length')).toEqual(['words']);
});

test('names each tag in scope once, sorted', () => {
  expect(tagNames(index, '')).toEqual(['hard', 'unsafe']);
  expect(tagNames(index, 'api')).toEqual(['hard']);
  expect(tagNames(index, 'quality/facts')).toEqual([]);
});

test('writes a query into an address and reads the same one back', () => {
  const queries = [
    { ...EMPTY_QUERY },
    {
      scope: 'quality/facts',
      tag: 'unsafe',
      errors: true,
      find: 'a&b=c #?%',
      sort: 'rougeL',
      descending: true,
      sample: 'q/f/x~2',
    },
    { ...EMPTY_QUERY, sample: 'quality/facts/"><script>\u202E é/..', sort: 'bleu' },
  ];
  for (const query of queries) expect(parseHash(formatHash(query))).toEqual(query);
  expect(formatHash(EMPTY_QUERY)).toBe('#samples');
});

test('names a sample by task, id and repeat', () => {
  expect(keyOf(index, index.rows[0]!)).toBe('quality/facts/a');
  expect(keyOf(index, { ...index.rows[0]!, repeat: 2 })).toBe('quality/facts/a~2');
});

test('finds text wherever a sample has some, letter case and hidden characters aside', () => {
  const record = sampleRecord({
    sampleId: 'fact-7',
    input: { messages: [{ role: 'user', content: 'Where is the Louvre?' }] },
    output: 'In Par\u200Bis (.*)',
    references: ['It stands in Paris, France'],
    reasons: { bleu: 'no four-gram' },
    error: { code: 'E_TIMEOUT', message: 'after 30 s' },
  });
  for (const needle of [
    'FACT-7',
    'louvre',
    'paris (',
    '(.*)',
    'par\u200Bis',
    'france',
    'four-gram',
    'e_timeout: after',
  ]) {
    expect(holdsText(record, null, needle), needle).toBe(true);
  }
  expect(holdsText(record, 'Berlin', 'berlin')).toBe(true);
  expect(holdsText(record, null, 'berlin')).toBe(false);
  expect(holdsText(record, null, 'p.ris')).toBe(false);
});
