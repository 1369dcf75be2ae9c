import { expect, test } from '@playwright/test';
import {
  EMPTY_QUERY,
  formatHash,
  holdsText,
  keyOf,
  parseHash,
  readQuery,
  type Remarks,
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
  before: null,
  outcome: error === null ? ('scored' as const) : ('error' as const),
  change: null,
  differs: null,
  latency: null,
  ttft: null,
  tokens: null,
  prompt: '',
  output: '',
});

const index: SampleIndex = {
  run: {
    id: 'r',
    digest: 'sha256:0',
    reference: 'tiny-chat',
    name: 'tiny-chat',
    kind: 'engine',
    baseline: null,
    device: 'cpu',
    dtype: 'float32',
    seed: 7,
  },
  inside: null,
  tasks: [
    {
      suite: 'quality',
      task: 'facts',
      scores: ['bleu', 'rougeL'],
      better: ['higher', 'lower'],
      hasBaseline: false,
      sampling: null,
    },
    {
      suite: 'quality',
      task: 'length',
      scores: ['words'],
      better: ['neither'],
      hasBaseline: false,
      sampling: null,
    },
    {
      suite: 'api',
      task: 'smoke',
      scores: ['passed'],
      better: ['higher'],
      hasBaseline: false,
      sampling: null,
    },
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

const remarks: Record<string, Remarks> = {
  'quality/facts/a': { verdict: 'reject', marked: true, comment: '' },
  'api/smoke/e': { verdict: null, marked: false, comment: 'odd' },
};

/** Ids of the rows that answer; `found` by the texts searched for. */
const select = (change: Partial<typeof EMPTY_QUERY>, found: Record<string, number[]> = {}, of = index) => {
  const { query, error } = readQuery(of, change.find ?? '');
  expect(error).toBeNull();
  const rows = new Map(Object.entries(found).map(([text, numbers]) => [`:${text}`, new Set(numbers)]));
  return selectRows(of, { ...EMPTY_QUERY, ...change }, query, rows, (key) => remarks[key] ?? null)
    .map((number) => of.rows[number]!.id)
    .join('');
};

/** The same samples beside a baseline: a lost 10 of bleu and gained of rougeL, where lower is better. */
const compared: SampleIndex = {
  ...index,
  rows: index.rows.map((each, i) => ({
    ...each,
    before: i < 2 ? [40, 0.7 - i] : null,
    change: [-0.1, 0.3, 0][i] ?? null,
    differs: [true, true, false][i] ?? null,
    outcome: (['fails', 'passes', 'scored'] as const)[i] ?? each.outcome,
    latency: i * 1000,
    tokens: 10 - i,
  })),
};

test('selects by suite, task, errors and found text', () => {
  expect(select({})).toBe('abcde');
  expect(select({ scope: 'quality' })).toBe('abcd');
  expect(select({ scope: 'quality/facts' })).toBe('abd');
  expect(select({ scope: 'qual' })).toBe('');
  expect(select({ tag: 'hard' })).toBe('ce');
  expect(select({ tag: 'har' })).toBe('');
  expect(select({ outcome: 'error' })).toBe('de');
  expect(select({ outcome: 'error', scope: 'api' })).toBe('e');
  expect(select({ find: 'x' }, { x: [0, 4] })).toBe('ae');
});

test('selects by outcome, by baseline, and by what a reviewer said', () => {
  const cases: [Partial<typeof EMPTY_QUERY>, string][] = [
    [{ outcome: 'fails' }, 'a'],
    [{ versus: 'differs' }, 'ab'],
    [{ versus: 'worse' }, 'a'],
    [{ versus: 'better' }, 'b'],
    [{ versus: 'same' }, 'c'],
    [{ versus: 'unpaired' }, 'de'],
    [{ find: 'is:rejected' }, 'a'],
    [{ find: 'is:commented or is:marked' }, 'ae'],
    [{ find: '-is:reviewed is:differs' }, 'b'],
  ];
  for (const [query, ids] of cases) expect(select(query, {}, compared), JSON.stringify(query)).toBe(ids);
});

test('compares scores, the baseline, the change, timing and tokens', () => {
  const cases: [string, string][] = [
    ['bleu<20', 'b'],
    ['bleu.baseline=40', 'ab'],
    ['bleu.change<-20', 'b'],
    ['bleu.change<0', 'ab'],
    ['latency>1s', 'cde'],
    ['tokens>=9', 'ab'],
    ['change<0', 'a'],
    ['words>0 or passed=1', 'ce'],
    ['rougeL!=0', 'ad'],
    ['task:length', 'c'],
    ['suite:quality tag:hard', 'c'],
    ['error:timeout', 'd'],
    ['id:E', 'e'],
  ];
  for (const [find, ids] of cases) expect(select({ find }, {}, compared), find).toBe(ids);
});

test('sorts by regression, by the loss of one score in its own direction, and by timing', () => {
  expect(select({ sort: '@change' }, {}, compared)).toBe('acbde');
  expect(select({ sort: '@latency', descending: true }, {}, compared)).toBe('edcba');
  expect(select({ sort: 'bleu.change' }, {}, compared)).toBe('bacde');
  // a: 0.5 after 0.7, a gain where lower is better.
  expect(select({ sort: 'rougeL.change', scope: 'quality/facts' }, {}, compared)).toBe('abd');
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
      outcome: 'fails',
      versus: 'worse',
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
