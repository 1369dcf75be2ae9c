// @ts-check
/** Which samples are listed, and in which order; how that is written into the address.
 *  Knows the index of samples; knows nothing of the page. */
import { compareNumbers, evaluate, parseQuery, termKey } from './query-language.js';
import { withoutHidden } from './visible-text.js';

/** @typedef {import('./query-language.js').Query} Query
 *  @typedef {import('./query-language.js').Term} Term
 *  @typedef {import('./query-language.js').Names} Names
 *  @typedef {import('../sample-facts.ts').SampleOutcome} SampleOutcome
 *  @typedef {'higher' | 'lower' | 'neither'} Direction
 *  @typedef {{ suite: string, task: string, scores: string[], better: Direction[], hasBaseline: boolean,
 *    sampling: Readonly<Record<string, unknown>> | null }} IndexTask
 *    better: of each score; sampling: what answers were asked with
 *  @typedef {{ task: number, id: string, repeat: number, error: string | null, tags: string[],
 *    scores: (number | null)[], before: (number | null)[] | null, outcome: SampleOutcome, change: number | null,
 *    differs: boolean | null, latency: number | null, ttft: number | null, tokens: number | null,
 *    prompt: string, output: string }} IndexRow
 *    one sample: its task's number, scores in the order of the task's names, the baseline's beside them
 *  @typedef {{ id: string, digest: string, reference: string, name: string, kind: string, baseline: string | null,
 *    seed: number, device: string, dtype: string }} IndexRun
 *  @typedef {{ run: IndexRun, tasks: IndexTask[], rows: IndexRow[], chunks: number[], inside: number[] | null }} SampleIndex
 *    chunks: number of the first stored record of each chunk; inside: rows whose full record the page carries, in
 *    order, the others lie beside the file; null for all
 *  @typedef {{ scope: string, tag: string, outcome: string, versus: string, find: string, sort: string,
 *    descending: boolean, sample: string }} SampleQuery
 *    scope: '' for all, a suite, or `suite/task`; sort: '' for the order of the run, a score, `score.change`, or one of
 *    `@change`, `@latency`, `@tokens`
 *  @typedef {{ prompt?: string, messages?: readonly { role: string, content: string }[] }} Input
 *  @typedef {{ sampleId: string, input: Input, output: string | null, references: readonly string[],
 *    reasons: Readonly<Record<string, string>>, error: { code: string, message: string } | null }} SearchedRecord
 *  @typedef {{ verdict: 'accept' | 'reject' | null, marked: boolean, comment: string }} Remarks what a reviewer said
 *  @typedef {(key: string) => Remarks | null} RemarksOf */

/** @type {SampleQuery} */
export const EMPTY_QUERY = {
  scope: '',
  tag: '',
  outcome: '',
  versus: '',
  find: '',
  sort: '',
  descending: false,
  sample: '',
};

/** Values of the outcome filter, and of the filter by baseline, with their words. */
export const OUTCOMES = {
  fails: 'fails a yes-or-no score',
  passes: 'passes',
  error: 'error',
  undefined: 'a score is undefined',
  scored: 'scored, neither right nor wrong',
};
export const VERSUS = {
  differs: 'differs',
  worse: 'scores worse',
  better: 'scores better',
  same: 'the same answer',
  unpaired: 'has no pair',
};

const FIELDS = /** @type {const} */ (['tag', 'outcome', 'versus', 'find', 'sample']);

/** The query an address asks for; what it does not say is as in the empty query.
 *  @param {string} hash
 *  @returns {SampleQuery} */
export function parseHash(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const sort = fields.get('sort') ?? '';
  const query = {
    ...EMPTY_QUERY,
    scope: fields.get('task') ?? '',
    sort: sort.replace(/^-/, ''),
    descending: sort.startsWith('-'),
  };
  for (const name of FIELDS) query[name] = fields.get(name) ?? '';
  return query;
}

/** The reverse of `parseHash`, with `#`; `#samples` for the empty query.
 *  @param {Partial<SampleQuery>} query */
export function formatHash(query) {
  const fields = new URLSearchParams();
  if (query.scope) fields.set('task', query.scope);
  for (const name of FIELDS) if (name !== 'sample' && query[name]) fields.set(name, query[name] ?? '');
  if (query.sort) fields.set('sort', query.descending ? `-${query.sort}` : query.sort);
  if (query.sample) fields.set('sample', query.sample);
  const text = fields.toString();
  return text === '' ? '#samples' : `#${text}`;
}

/** @param {SampleIndex} index @param {IndexRow} row the name a sample has in an address and in a review */
export function keyOf(index, row) {
  const task = index.tasks[row.task];
  return `${task?.suite ?? ''}/${task?.task ?? ''}/${row.id}${row.repeat > 0 ? `~${row.repeat}` : ''}`;
}

/** @param {IndexTask} task @param {string} scope */
function inScope(task, scope) {
  return scope === '' || scope === task.suite || scope === `${task.suite}/${task.task}`;
}

/** Names of the scores of the tasks in scope, each once, in the order of the tasks.
 *  @param {SampleIndex} index @param {string} scope */
export function scoreNames(index, scope) {
  return [...new Set(index.tasks.filter((task) => inScope(task, scope)).flatMap((task) => task.scores))];
}

/** Tags of the samples in scope, each once, sorted.
 *  @param {SampleIndex} index @param {string} scope */
export function tagNames(index, scope) {
  const tasks = index.tasks.map((task) => inScope(task, scope));
  return [...new Set(index.rows.filter((row) => tasks[row.task]).flatMap((row) => row.tags))].sort((a, b) =>
    a < b ? -1 : 1,
  );
}

const NUMBERS = ['latency', 'ttft', 'tokens', 'repeat', 'change'];
const IS = [
  'error',
  'fails',
  'passes',
  'undefined',
  'scored',
  'differs',
  'same',
  'worse',
  'better',
  'unpaired',
];
const REVIEWED = ['accepted', 'rejected', 'marked', 'commented', 'reviewed'];

/** What a query over these samples may name.
 *  @param {SampleIndex} index @returns {Names} */
function queryNames(index) {
  return {
    numbers: [...new Set([...scoreNames(index, ''), ...NUMBERS])],
    words: {
      suite: [...new Set(index.tasks.map(({ suite }) => suite))],
      task: [...new Set(index.tasks.map(({ task }) => task))],
      tag: tagNames(index, ''),
      id: null,
      error: null,
      is: [...IS, ...REVIEWED],
    },
    parts: ['prompt', 'output', 'baseline', 'reference', 'reason'],
  };
}

/** @param {SampleIndex} index @param {string} text */
export function readQuery(index, text) {
  return parseQuery(text, queryNames(index));
}

/** Numbers of the rows asked for, in order. Where a sort is asked for, samples without that score come last.
 *  @param {SampleIndex} index @param {SampleQuery} query
 *  @param {Query | null} find what the find field asks for
 *  @param {ReadonlyMap<string, ReadonlySet<number>>} found rows that hold each of its texts
 *  @param {RemarksOf} remarksOf
 *  @returns {number[]} */
export function selectRows(index, query, find, found, remarksOf) {
  const tasks = index.tasks.map((task) => inScope(task, query.scope));
  /** @type {number[]} */
  const selected = [];
  index.rows.forEach((row, number) => {
    if (!tasks[row.task]) return;
    if (query.tag !== '' && !row.tags.includes(query.tag)) return;
    if (query.outcome !== '' && row.outcome !== query.outcome) return;
    if (query.versus !== '' && !isOf(row, query.versus)) return;
    if (find && !evaluate(find, (term) => holds(index, row, number, term, found, remarksOf))) return;
    selected.push(number);
  });
  return query.sort === '' ? selected : sorted(index, selected, query);
}

/** @param {IndexRow} row @param {string} what */
function isOf(row, what) {
  if (what === 'differs') return row.differs === true;
  if (what === 'same') return row.differs === false;
  if (what === 'worse') return row.change !== null && row.change < 0;
  if (what === 'better') return row.change !== null && row.change > 0;
  if (what === 'unpaired') return row.differs === null;
  return row.outcome === what;
}

/** @param {SampleIndex} index @param {IndexRow} row @param {number} number @param {Term} term
 *  @param {ReadonlyMap<string, ReadonlySet<number>>} found @param {RemarksOf} remarksOf */
function holds(index, row, number, term, found, remarksOf) {
  if (term.kind === 'text') return found.get(termKey(term))?.has(number) ?? false;
  if (term.kind === 'compare')
    return compareNumbers(numberOf(index, row, term.name, term.of), term.op, term.value);
  const task = index.tasks[row.task];
  const { name, value } = term;
  if (name === 'suite') return task?.suite === value;
  if (name === 'task') return task?.task === value;
  if (name === 'tag') return row.tags.includes(value);
  if (name === 'id') return row.id.toLowerCase().includes(value.toLowerCase());
  if (name === 'error') return row.error?.toLowerCase().includes(value.toLowerCase()) ?? false;
  if (!REVIEWED.includes(value)) return isOf(row, value);
  return isRemarked(remarksOf(keyOf(index, row)), value);
}

/** @param {Remarks | null} remarks @param {string} how */
function isRemarked(remarks, how) {
  if (!remarks) return false;
  if (how === 'accepted') return remarks.verdict === 'accept';
  if (how === 'rejected') return remarks.verdict === 'reject';
  if (how === 'marked') return remarks.marked;
  if (how === 'commented') return remarks.comment !== '';
  return remarks.verdict !== null;
}

/** @param {SampleIndex} index @param {IndexRow} row @param {string} name @param {'value' | 'baseline' | 'change'} of */
function numberOf(index, row, name, of) {
  const column = index.tasks[row.task]?.scores.indexOf(name) ?? -1;
  if (column < 0) return of === 'value' ? ownNumber(row, name) : null;
  const value = row.scores[column] ?? null;
  const before = row.before?.[column] ?? null;
  if (of === 'value') return value;
  if (of === 'baseline') return before;
  return value === null || before === null ? null : value - before;
}

/** @param {IndexRow} row @param {string} name @returns {number | null} */
function ownNumber(row, name) {
  if (name === 'latency' || name === 'ttft' || name === 'tokens') return row[name];
  if (name === 'repeat' || name === 'change') return row[name];
  return null;
}

/** @param {SampleIndex} index @param {number[]} selected @param {SampleQuery} query */
function sorted(index, selected, { sort, descending }) {
  const sign = descending ? -1 : 1;
  return selected
    .map((number) => ({ number, value: sortValue(index, number, sort) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * (a.value - b.value);
    })
    .map(({ number }) => number);
}

/** @param {SampleIndex} index @param {number} number @param {string} sort @returns {number | null} */
function sortValue(index, number, sort) {
  const row = index.rows[number];
  const task = row && index.tasks[row.task];
  if (!row || !task) return null;
  if (sort.startsWith('@')) return ownNumber(row, sort.slice(1));
  if (!sort.endsWith('.change')) return numberOf(index, row, sort, 'value');
  const name = sort.slice(0, -'.change'.length);
  const change = numberOf(index, row, name, 'change');
  // A gain is positive, whichever direction is better.
  return change !== null && task.better[task.scores.indexOf(name)] === 'lower' ? -change : change;
}

/** Whether a text of the sample holds the needle, letter case and hidden characters aside.
 *  @param {SearchedRecord} record @param {string | null} baselineOutput @param {string} needle
 *  @param {string} [part] '' for any of its texts */
export function holdsText(record, baselineOutput, needle, part = '') {
  const wanted = needle.toLowerCase();
  return textsOf(record, baselineOutput, part).some((text) => {
    const lower = text.toLowerCase();
    return lower.includes(wanted) || withoutHidden(lower).includes(wanted);
  });
}

/** @param {SearchedRecord} record @param {string | null} baselineOutput @param {string} part @returns {string[]} */
function textsOf(record, baselineOutput, part) {
  const prompt = [record.input.prompt ?? '', ...(record.input.messages ?? []).map(({ content }) => content)];
  /** @type {Readonly<Record<string, readonly string[]>>} */
  const parts = {
    id: [record.sampleId],
    prompt,
    output: [record.output ?? ''],
    baseline: [baselineOutput ?? ''],
    reference: record.references,
    reason: Object.values(record.reasons),
    error: [record.error ? `${record.error.code}: ${record.error.message}` : ''],
  };
  return part === '' ? Object.values(parts).flat() : [...(parts[part] ?? [])];
}
