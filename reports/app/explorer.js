// @ts-check
/** The samples of the report: what is asked, the rows that answer it, the one that is open. The address says all of it.
 *  Knows the page's parts; its keys are given by `main.js`. */
import { Controls } from './controls.js';
import { curlLine, generateLine } from './copy-lines.js';
import { actionButton, byId, element, visible } from './dom.js';
import { countOf } from './format.js';
import { textTerms } from './query-language.js';
import { reviewPanel } from './review-panel.js';
import { sampleDetail } from './sample-detail.js';
import { toCsv, toJsonLines } from './sample-export.js';
import { SampleList } from './sample-list.js';
import { EMPTY_QUERY, formatHash, keyOf, parseHash, readQuery, selectRows } from './sample-query.js';
import { copyText, saveFile } from './save-file.js';

/** @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {import('./sample-query.js').SampleQuery} SampleQuery
 *  @typedef {import('./sample-store.js').SampleStore} SampleStore
 *  @typedef {import('./sample-store.js').StoredSample} StoredSample
 *  @typedef {import('./review-store.js').ReviewStore} ReviewStore */

export class Explorer {
  /** @type {SampleQuery} */
  #query = EMPTY_QUERY;
  /** The text last searched for, and the rows that hold each of its terms.
   *  @type {{ find: string, rows: ReadonlyMap<string, ReadonlySet<number>> }} */
  #found = { find: '', rows: new Map() };
  #turn = 0;
  /** Settled when the chosen sample is shown. */
  #opening = Promise.resolve();
  /** Numbers of the rows that answer the query.
   *  @type {readonly number[]} */
  #rows = [];
  #status = byId('status', HTMLElement);
  #notice = byId('notice', HTMLElement);
  #detail = byId('detail', HTMLElement);

  /** @param {SampleStore} store @param {ReviewStore} reviews @param {() => void} onReview */
  constructor(store, reviews, onReview) {
    this.store = store;
    this.index = store.index;
    this.reviews = reviews;
    this.onReview = onReview;
    this.rowOf = new Map(this.index.rows.map((row, number) => [keyOf(this.index, row), number]));
    this.list = new SampleList(byId('list', HTMLElement), this.index, (key) => reviews.of(key), {
      onPick: (row) => {
        const picked = this.index.rows[row];
        if (!picked) return;
        this.#query = { ...this.#query, sample: keyOf(this.index, picked) };
        this.#writeAddress();
        this.#opening = this.#openSample();
      },
      onOpen: () => void this.#openSample().then(() => this.#goToDetail()),
    });
    this.controls = new Controls(
      this.index,
      (change) => void this.ask(change),
      () => byId('list', HTMLElement).focus(),
    );
    byId('save-csv', HTMLButtonElement).addEventListener('click', () => void this.#save('csv'));
    byId('save-jsonl', HTMLButtonElement).addEventListener('click', () => void this.#save('jsonl'));
    byId('samples-file', HTMLInputElement).addEventListener('change', () => void this.#openFiles());
    addEventListener('hashchange', () => void this.follow());
  }

  /** @param {Partial<SampleQuery>} change */
  async ask(change) {
    this.#query = { ...this.#query, ...change };
    this.#writeAddress();
    await this.#refresh();
  }

  /** Asks, and opens the first row of the answer.
   *  @param {Partial<SampleQuery>} change */
  async askAndOpen(change) {
    await this.ask({ ...EMPTY_QUERY, ...change });
    byId('samples', HTMLElement).scrollIntoView();
    this.#focusList();
    if (this.list.length > 0) this.list.first();
    else this.#say('There is no such sample.');
    await this.#opening;
  }

  /** Shows what the address asks for; an address of another part of the page asks nothing of this one. */
  async follow() {
    if (/^#[\w-]+$/.test(location.hash) && location.hash !== '#samples') return;
    const asked = parseHash(location.hash);
    const isLink = location.hash !== '' && location.hash !== formatHash(this.#query);
    this.#query = asked;
    await this.#refresh();
    if (asked.sample) await this.#openSample();
    if (!isLink) return;
    byId('samples', HTMLElement).scrollIntoView();
    if (asked.sample) bringIntoSight(this.#detail);
    else if (this.list.length > 0) {
      this.#focusList();
      this.list.first();
    }
  }

  /** @param {number} by */
  async move(by) {
    this.#focusList();
    this.list.move(by);
    await this.#opening;
  }

  goToList() {
    byId('samples', HTMLElement).scrollIntoView();
    this.#focusList();
  }

  goToFind() {
    byId('samples', HTMLElement).scrollIntoView();
    this.controls.focusFind();
  }

  /** @param {'link' | 'curl' | 'generate'} what */
  async copy(what) {
    const row = this.rowOf.get(this.#query.sample);
    const stored = row === undefined ? null : await this.store.read(row);
    const indexed = this.index.rows[row ?? -1];
    if (!stored || !indexed) return this.#say('Open a sample first.');
    const sampling = this.index.tasks[indexed.task]?.sampling ?? null;
    const text =
      what === 'link'
        ? location.href
        : what === 'curl'
          ? curlLine(stored.sample, this.index.run, sampling)
          : generateLine(stored.sample, this.index.run, sampling);
    const words = { link: 'The link', curl: 'The curl line', generate: 'The command' }[what];
    if (await copyText(text)) return this.#say(`${words} is copied.`);
    const box = element('textarea', 'by-hand');
    box.value = text;
    box.setAttribute('aria-label', words);
    this.#notice.replaceChildren('The browser does not let this page copy: ', box);
    box.select();
  }

  #writeAddress() {
    history.replaceState(null, '', formatHash(this.#query));
  }

  #focusList() {
    byId('list', HTMLElement).focus({ preventScroll: true });
  }

  /** @param {string} words */
  #say(words) {
    this.#notice.textContent = words;
  }

  async #refresh() {
    const mine = ++this.#turn;
    const { find } = this.#query;
    const { query, error } = readQuery(this.index, find);
    this.controls.show(this.#query, error);
    // A query that is wrong shows what stood there before, with what is wrong.
    if (error) return;
    const terms = textTerms(query);
    if (terms.length > 0 && find !== this.#found.find) {
      this.#status.textContent = 'Searching…';
      const rows = await this.store.search(terms, () => mine === this.#turn);
      if (mine !== this.#turn || !rows) return;
      this.#found = { find, rows };
    }
    this.#rows = selectRows(this.index, this.#query, query, this.#found.rows, (key) => this.reviews.of(key));
    this.list.show(this.#rows, this.#query.sort);
    const chosen = this.rowOf.get(this.#query.sample);
    if (chosen !== undefined) this.list.choose(chosen);
    const all = this.index.rows.length;
    const partial =
      terms.length > 0 && this.store.missing > 0
        ? `; texts searched in ${(all - this.store.missing).toLocaleString('en-US')} of them`
        : '';
    this.#status.textContent =
      this.#rows.length === all
        ? countOf(all, 'sample')
        : `${this.#rows.length.toLocaleString('en-US')} of ${countOf(all, 'sample')}${partial}`;
  }

  async #openSample() {
    const key = this.#query.sample;
    const row = this.rowOf.get(key);
    if (row === undefined) {
      this.#detail.replaceChildren(
        element('p', 'empty', 'There is no sample ', visible(key), ' in this run.'),
      );
      return;
    }
    const stored = await this.#read(row);
    if (key !== this.#query.sample || stored === undefined) return;
    this.#detail.replaceChildren(stored ? this.#article(stored, key) : this.#elsewhere());
  }

  /** The record, null where it lies beside the page, undefined where reading it failed, which is told.
   *  @param {number} row */
  async #read(row) {
    try {
      return await this.store.read(row);
    } catch (error) {
      this.#detail.replaceChildren(
        element('p', 'empty', visible(error instanceof Error ? error.message : String(error))),
      );
      return undefined;
    }
  }

  /** @param {StoredSample} stored @param {string} key */
  #article(stored, key) {
    const actions = element(
      'div',
      'actions',
      actionButton('Copy link', 'l', () => void this.copy('link')),
      actionButton('Copy as curl', 'u', () => void this.copy('curl')),
      actionButton('Copy as command', 'h', () => void this.copy('generate')),
    );
    const review = reviewPanel(this.reviews, key, () => {
      this.list.update();
      this.onReview();
    });
    return sampleDetail(stored, actions, review);
  }

  /** Of a very large run the page carries what a reviewer looks at first. */
  #elsewhere() {
    return element(
      'p',
      '',
      'The whole of this sample lies in samples.jsonl beside this file. ',
      actionButton('Choose samples.jsonl', '', () => byId('samples-file', HTMLInputElement).click()),
    );
  }

  async #openFiles() {
    const input = byId('samples-file', HTMLInputElement);
    this.#say('Reading…');
    try {
      await this.store.openFiles([...(input.files ?? [])]);
      this.#say('All samples are at hand.');
      this.#found = { find: '', rows: new Map() };
      await this.#refresh();
      if (this.#query.sample) await this.#openSample();
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
    input.value = '';
  }

  #goToDetail() {
    const heading = this.#detail.querySelector('h3');
    if (!heading) return;
    heading.focus({ preventScroll: true });
    bringIntoSight(heading);
  }

  /** The listed samples as a file.
   *  @param {'csv' | 'jsonl'} kind */
  async #save(kind) {
    this.#say('Gathering…');
    const samples = [];
    for (const row of this.#rows) {
      const stored = await this.store.read(row);
      if (stored) samples.push(stored);
    }
    const text = kind === 'csv' ? toCsv(samples) : toJsonLines(samples);
    saveFile(`${this.index.run.id}.${kind}`, kind === 'csv' ? 'text/csv' : 'application/jsonl', text);
    const left = this.#rows.length - samples.length;
    this.#say(
      `Saved ${countOf(samples.length, 'sample')}${left > 0 ? `; ${countOf(left, 'sample')} lie in samples.jsonl` : ''}.`,
    );
  }
}

/** Scrolls only where the start of the element is out of sight.
 *  @param {HTMLElement} target */
function bringIntoSight(target) {
  const { top } = target.getBoundingClientRect();
  if (top < 0 || top > innerHeight - 64) target.scrollIntoView();
}
