// @ts-check
/** Which samples are listed, and in which order; how that is written into the address.
 *  Knows the index of samples; knows nothing of the page. */
import { withoutHidden } from './visible-text.js';

/** @typedef {{ suite: string, task: string, scores: string[], hasBaseline: boolean }} IndexTask
 *  @typedef {{ task: number, id: string, repeat: number, error: string | null, tags: string[],
 *    scores: (number | null)[],
 *    prompt: string, output: string }} IndexRow one sample: its task's number, scores in the order of the task's names
 *  @typedef {{ tasks: IndexTask[], rows: IndexRow[], chunks: number[] }} SampleIndex
 *    chunks: number of the first row of each chunk of full records
 *  @typedef {{ scope: string, tag: string, errors: boolean, find: string, sort: string, descending: boolean, sample: string }} SampleQuery
 *    scope: '' for all, a suite, or `suite/task`; sort: a score's name, '' for the order of the run
 *  @typedef {{ prompt?: string, messages?: readonly { role: string, content: string }[] }} Input
 *  @typedef {{ sampleId: string, input: Input, output: string | null, references: readonly string[],
 *    reasons: Readonly<Record<string, string>>, error: { code: string, message: string } | null }} SearchedRecord */

/** @type {SampleQuery} */
export const EMPTY_QUERY = {
  scope: '',
  tag: '',
  errors: false,
  find: '',
  sort: '',
  descending: false,
  sample: '',
};

/** The query an address asks for; what it does not say is as in the empty query.
 *  @param {string} hash
 *  @returns {SampleQuery} */
export function parseHash(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const sort = fields.get('sort') ?? '';
  return {
    scope: fields.get('task') ?? '',
    tag: fields.get('tag') ?? '',
    errors: fields.get('errors') === '1',
    find: fields.get('find') ?? '',
    sort: sort.replace(/^-/, ''),
    descending: sort.startsWith('-'),
    sample: fields.get('sample') ?? '',
  };
}

/** The reverse of `parseHash`, with `#`; `#samples` for the empty query.
 *  @param {Partial<SampleQuery>} query */
export function formatHash(query) {
  const fields = new URLSearchParams();
  if (query.scope) fields.set('task', query.scope);
  if (query.tag) fields.set('tag', query.tag);
  if (query.errors) fields.set('errors', '1');
  if (query.find) fields.set('find', query.find);
  if (query.sort) fields.set('sort', query.descending ? `-${query.sort}` : query.sort);
  if (query.sample) fields.set('sample', query.sample);
  const text = fields.toString();
  return text === '' ? '#samples' : `#${text}`;
}

/** The name a sample has in an address.
 *  @param {string} suite @param {string} task @param {string} id @param {number} repeat */
function sampleKey(suite, task, id, repeat) {
  return `${suite}/${task}/${id}${repeat > 0 ? `~${repeat}` : ''}`;
}

/** @param {SampleIndex} index @param {IndexRow} row */
export function keyOf(index, row) {
  const task = index.tasks[row.task];
  return sampleKey(task?.suite ?? '', task?.task ?? '', row.id, row.repeat);
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

/** Numbers of the rows asked for, in order. Where a sort is asked for, samples without that score come last.
 *  @param {SampleIndex} index @param {SampleQuery} query
 *  @param {ReadonlySet<number> | null} found rows that hold the text searched for; null where none is
 *  @returns {number[]} */
export function selectRows(index, query, found) {
  const tasks = index.tasks.map((task) => inScope(task, query.scope));
  /** @type {number[]} */
  const selected = [];
  index.rows.forEach((row, number) => {
    if (!tasks[row.task]) return;
    if (query.tag !== '' && !row.tags.includes(query.tag)) return;
    if (query.errors && row.error === null) return;
    if (found && !found.has(number)) return;
    selected.push(number);
  });
  if (query.sort === '') return selected;
  const columns = index.tasks.map((task) => task.scores.indexOf(query.sort));
  const sign = query.descending ? -1 : 1;
  /** @param {number} number */
  const scoreOf = (number) => {
    const row = index.rows[number];
    return row?.scores[columns[row.task] ?? -1] ?? null;
  };
  return selected
    .map((number) => ({ number, score: scoreOf(number) }))
    .sort((a, b) => {
      if (a.score === null || b.score === null) return Number(a.score === null) - Number(b.score === null);
      return sign * (a.score - b.score);
    })
    .map(({ number }) => number);
}

/** Whether any text of the sample holds the needle, letter case and hidden characters aside.
 *  @param {SearchedRecord} record @param {string | null} baselineOutput @param {string} needle */
export function holdsText(record, baselineOutput, needle) {
  const wanted = needle.toLowerCase();
  return textsOf(record, baselineOutput).some((text) => {
    const lower = text.toLowerCase();
    return lower.includes(wanted) || withoutHidden(lower).includes(wanted);
  });
}

/** @param {SearchedRecord} record @param {string | null} baselineOutput @returns {string[]} */
function textsOf(record, baselineOutput) {
  return [
    record.sampleId,
    record.input.prompt ?? '',
    ...(record.input.messages ?? []).map((message) => message.content),
    record.output ?? '',
    baselineOutput ?? '',
    ...record.references,
    ...Object.values(record.reasons),
    record.error ? `${record.error.code}: ${record.error.message}` : '',
  ];
}
