// @ts-check
/** The list of samples: only the rows in sight are elements, however many there are. Arrow keys move, Enter opens.
 *  Knows rows by number; knows nothing of filters. */
import { formatNumber } from './format.js';
import { element, visible } from './dom.js';
import { keyOf } from './sample-query.js';
import { visibleString } from './visible-text.js';

/** @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {import('./sample-query.js').RemarksOf} RemarksOf
 *  @typedef {{ onPick: (row: number) => void, onOpen: () => void }} ListEvents
 *    onPick: the chosen row has changed; onOpen: the reader wants to go to what it shows */

/** Height of a row in pixels; the style sheet holds to it. */
const ROW_HEIGHT = 64;
const OVERSCAN = 6;

/** How a sample came out, in signs; the label says it in words.
 *  @type {Readonly<Record<string, readonly [string, string]>>} */
const OUTCOME_SIGNS = {
  fails: ['✕', 'fails'],
  passes: ['✓', 'passes'],
  error: ['✕', 'error'],
  undefined: ['?', 'a score is undefined'],
  scored: ['', ''],
};

export class SampleList {
  /** @type {readonly number[]} */
  #rows = [];
  #active = -1;
  #sort = '';
  #scheduled = false;

  /** @param {HTMLElement} box @param {SampleIndex} index @param {RemarksOf} remarksOf @param {ListEvents} events */
  constructor(box, index, remarksOf, events) {
    this.box = box;
    this.index = index;
    this.remarksOf = remarksOf;
    this.events = events;
    this.spacer = element('div', 'rows');
    this.spacer.setAttribute('role', 'presentation');
    box.append(this.spacer);
    box.addEventListener('scroll', () => this.#schedule());
    box.addEventListener('keydown', (event) => this.#onKey(event));
    box.addEventListener('click', (event) => this.#onClick(event));
    new ResizeObserver(() => this.#schedule()).observe(box);
  }

  /** @param {readonly number[]} rows @param {string} sort name of the score shown with each row, '' for the task's first */
  show(rows, sort) {
    this.#rows = rows;
    this.#sort = sort;
    this.#active = -1;
    this.spacer.style.height = `${rows.length * ROW_HEIGHT}px`;
    this.box.scrollTop = 0;
    this.#render();
  }

  /** Marks a row as the chosen one and brings it into sight; false where it is not listed.
   *  @param {number} row */
  choose(row) {
    this.#active = this.#rows.indexOf(row);
    if (this.#active >= 0) this.#reveal();
    this.#render();
    return this.#active >= 0;
  }

  /** The number of the chosen row, or null. */
  get chosen() {
    return this.#rows[this.#active] ?? null;
  }

  get length() {
    return this.#rows.length;
  }

  /** Moves the choice by so many rows; from none to the first.
   *  @param {number} by */
  move(by) {
    this.#pick(this.#active < 0 ? 0 : this.#active + by);
  }

  first() {
    this.#pick(0);
  }

  /** Shows what has changed of the rows in sight. */
  update() {
    this.#render();
  }

  #reveal() {
    const top = this.#active * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + ROW_HEIGHT > scrollTop + clientHeight)
      this.box.scrollTop = top + ROW_HEIGHT - clientHeight;
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#render();
    });
  }

  #render() {
    const { scrollTop, clientHeight } = this.box;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN);
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + OVERSCAN);
    const nodes = [];
    for (let position = first; position < last; position++) nodes.push(this.#option(position));
    this.spacer.replaceChildren(...nodes);
    if (this.#active >= first && this.#active < last) {
      this.box.setAttribute('aria-activedescendant', `row-${this.#active}`);
    } else this.box.removeAttribute('aria-activedescendant');
  }

  /** @param {number} position */
  #option(position) {
    const row = this.index.rows[this.#rows[position] ?? 0];
    const task = row && this.index.tasks[row.task];
    if (!row || !task) throw new RangeError(`There is no row at ${position}.`);
    const { name, text } = this.#number(row, task);
    const remarks = this.remarksOf(keyOf(this.index, row));
    const [sign = '', word = ''] = OUTCOME_SIGNS[row.outcome] ?? [];
    const moved = row.change !== null && row.change !== 0 ? (row.change < 0 ? '▼' : '▲') : '';
    const option = element(
      'div',
      `row ${row.outcome}`,
      element(
        'div',
        'signs',
        element('span', '', sign),
        element('span', row.change !== null && row.change < 0 ? 'lost' : 'won', moved),
      ),
      element('div', 'prompt', visible(row.prompt)),
      row.error === null
        ? element(
            'div',
            'output',
            row.output === '' ? element('span', 'empty', 'empty') : visible(row.output),
          )
        : element('div', 'output error', visible(row.error)),
      element('div', 'score', text, element('small', '', visible(name))),
    );
    const said = remarksInWords(remarks);
    if (said) option.append(element('div', 'remark', said));
    const words = [
      word,
      moved && (moved === '▼' ? 'worse than the baseline' : 'better than the baseline'),
      row.differs === true && 'another answer than the baseline',
      `${name} ${text}`,
      said,
    ];
    option.setAttribute(
      'aria-label',
      visibleString([row.prompt, row.error ?? row.output, ...words].filter(Boolean).join('. ')),
    );
    option.id = `row-${position}`;
    option.title = keyOf(this.index, row);
    option.setAttribute('role', 'option');
    option.setAttribute('aria-posinset', String(position + 1));
    option.setAttribute('aria-setsize', String(this.#rows.length));
    option.setAttribute('aria-selected', String(position === this.#active));
    option.style.transform = `translateY(${position * ROW_HEIGHT}px)`;
    option.dataset['position'] = String(position);
    return option;
  }

  /** The number beside a row: the one that is sorted by, else the task's first score.
   *  @param {import('./sample-query.js').IndexRow} row @param {import('./sample-query.js').IndexTask} task */
  #number(row, task) {
    if (this.#sort === '@change') return { name: 'change', text: formatNumber(row.change) };
    if (this.#sort === '@latency')
      return { name: 'ms', text: formatNumber(row.latency && Math.round(row.latency)) };
    if (this.#sort === '@tokens') return { name: 'tokens', text: formatNumber(row.tokens) };
    const name = this.#sort.replace(/\.change$/, '') || task.scores[0] || '';
    const column = task.scores.indexOf(name);
    const value = formatNumber(row.scores[column] ?? null);
    const before = row.before?.[column] ?? null;
    const moved = before !== null && before !== row.scores[column];
    return { name, text: moved ? `${formatNumber(before)} → ${value}` : value };
  }

  /** @param {number} position */
  #pick(position) {
    const bounded = Math.max(0, Math.min(this.#rows.length - 1, position));
    const row = this.#rows[bounded];
    if (row === undefined) return;
    this.#active = bounded;
    this.#reveal();
    this.#render();
    this.events.onPick(row);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1);
    /** @type {Partial<Record<string, number>>} */
    const targets = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#rows.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) this.#pick(target);
    else if (event.key === 'Enter' && this.#active >= 0) this.events.onOpen();
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const option = event.target instanceof Element ? event.target.closest('.row') : null;
    if (!(option instanceof HTMLElement)) return;
    this.#pick(Number(option.dataset['position']));
    this.events.onOpen();
  }
}

/** @param {import('./sample-query.js').Remarks | null} remarks */
function remarksInWords(remarks) {
  if (!remarks) return '';
  const { verdict, marked, comment } = remarks;
  return [
    verdict === 'accept' && 'accepted',
    verdict === 'reject' && 'rejected',
    marked && 'marked',
    comment !== '' && 'commented',
  ]
    .filter(Boolean)
    .join(', ');
}
