// @ts-check
/** The part of the report that answers the reader: filters, list and drill-down of the samples.
 *  All else on the page stands without it. */
import { countOf } from './format.js';
import { element, visible } from './dom.js';
import { sampleDetail } from './sample-detail.js';
import { SampleList } from './sample-list.js';
import {
  EMPTY_QUERY,
  formatHash,
  keyOf,
  parseHash,
  scoreNames,
  selectRows,
  tagNames,
} from './sample-query.js';
import { SampleStore, unpack } from './sample-store.js';

/** @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {import('./sample-query.js').SampleQuery} SampleQuery */

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
function byId(id, type) {
  const node = document.getElementById(id);
  if (!(node instanceof type)) throw new TypeError(`There is no #${id}.`);
  return node;
}

/** @param {SampleIndex} index @param {string[]} packed */
function start(index, packed) {
  const store = new SampleStore(index, packed);
  const scope = byId('scope', HTMLSelectElement);
  const tag = byId('tag', HTMLSelectElement);
  const errors = byId('errors-only', HTMLInputElement);
  const find = byId('find', HTMLInputElement);
  const sort = byId('sort', HTMLSelectElement);
  const status = byId('status', HTMLElement);
  const detail = byId('detail', HTMLElement);
  const rowOf = new Map(index.rows.map((row, number) => [keyOf(index, row), number]));

  /** @type {SampleQuery} */
  let query = EMPTY_QUERY;
  /** The text last searched for, and the rows that hold it.
   *  @type {{ find: string, rows: ReadonlySet<number> | null }} */
  let found = { find: '', rows: null };
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;

  const list = new SampleList(byId('list', HTMLElement), index, {
    onPick: (row) => {
      const picked = index.rows[row];
      if (!picked) return;
      query = { ...query, sample: keyOf(index, picked) };
      writeAddress();
      void openSample();
    },
    onOpen: () => void openSample().then(goToDetail),
  });

  fillScopes(scope, index);
  scope.addEventListener('change', () => ask({ scope: scope.value, tag: '', sort: '', descending: false }));
  tag.addEventListener('change', () => ask({ tag: tag.value }));
  errors.addEventListener('change', () => ask({ errors: errors.checked }));
  sort.addEventListener('change', () => {
    ask({ sort: sort.value.replace(/^-/, ''), descending: sort.value.startsWith('-') });
  });
  find.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => ask({}), 150);
  });
  addEventListener('hashchange', () => void follow());
  void refresh().then(follow);

  /** With whatever stands in the search field, were it typed a moment ago.
   *  @param {Partial<SampleQuery>} change */
  function ask(change) {
    clearTimeout(typing);
    query = { ...query, find: find.value, ...change };
    writeAddress();
    void refresh();
  }

  /** Shows what the address asks for; an address of another part of the page asks nothing of this one. */
  async function follow() {
    if (/^#[\w-]+$/.test(location.hash) && location.hash !== '#samples') return;
    const asked = parseHash(location.hash);
    const isLink = location.hash !== '' && location.hash !== formatHash(query);
    query = asked;
    await refresh();
    if (asked.sample) await openSample();
    if (!isLink) return;
    byId('samples', HTMLElement).scrollIntoView();
    if (asked.sample) bringIntoSight(detail);
  }

  function writeAddress() {
    history.replaceState(null, '', formatHash(query));
  }

  async function refresh() {
    const mine = ++turn;
    showControls();
    if (query.find !== found.find) {
      status.textContent = 'Searching…';
      const rows = query.find === '' ? null : await store.search(query.find, () => mine === turn);
      if (mine !== turn) return;
      found = { find: query.find, rows };
    }
    const rows = selectRows(index, query, found.rows);
    list.show(rows, query.sort);
    const chosen = rowOf.get(query.sample);
    if (chosen !== undefined) list.choose(chosen);
    status.textContent =
      rows.length === index.rows.length
        ? countOf(rows.length, 'sample')
        : `${rows.length.toLocaleString('en-US')} of ${countOf(index.rows.length, 'sample')}`;
  }

  function showControls() {
    scope.value = query.scope;
    errors.checked = query.errors;
    if (find.value !== query.find) find.value = query.find;
    const tags = tagNames(index, query.scope);
    tag.replaceChildren(new Option('all', ''), ...tags.map((name) => new Option(name, name)));
    tag.value = query.tag;
    const names = scoreNames(index, query.scope);
    sort.replaceChildren(
      new Option('order of the run', ''),
      ...names.flatMap((name) => [
        new Option(`${name}, lowest first`, name),
        new Option(`${name}, highest first`, `-${name}`),
      ]),
    );
    sort.value = query.descending ? `-${query.sort}` : query.sort;
  }

  async function openSample() {
    const row = rowOf.get(query.sample);
    if (row === undefined) {
      detail.replaceChildren(
        element('p', 'empty', 'There is no sample ', visible(query.sample), ' in this run.'),
      );
      return;
    }
    const key = query.sample;
    const stored = await store.read(row);
    if (key !== query.sample) return;
    detail.replaceChildren(sampleDetail(stored, formatHash({ sample: key })));
  }

  function goToDetail() {
    const heading = detail.querySelector('h3');
    if (!heading) return;
    heading.focus({ preventScroll: true });
    bringIntoSight(heading);
  }
}

/** Scrolls only where the start of the element is out of sight.
 *  @param {HTMLElement} target */
function bringIntoSight(target) {
  const { top } = target.getBoundingClientRect();
  if (top < 0 || top > innerHeight - 64) target.scrollIntoView();
}

/** @param {HTMLSelectElement} select @param {SampleIndex} index */
function fillScopes(select, index) {
  for (const suite of new Set(index.tasks.map((task) => task.suite))) {
    const group = element('optgroup', '');
    group.label = suite;
    group.append(new Option(`all of ${suite}`, suite));
    for (const task of index.tasks) {
      if (task.suite === suite) group.append(new Option(task.task, `${suite}/${task.task}`));
    }
    select.append(group);
  }
}

async function main() {
  const packedIndex = document.getElementById('sample-index')?.textContent ?? '';
  const packedChunks = [...document.querySelectorAll('.sample-chunk')].map((node) => node.textContent ?? '');
  start(/** @type {SampleIndex} */ (await unpack(packedIndex)), packedChunks);
  document.documentElement.dataset['ready'] = 'true';
}

void main();
