// @ts-check
/** The list of samples: only the rows in sight are elements, however many there are. Arrow keys move, Enter opens.
 *  Knows rows by number; knows nothing of filters. */
import { formatNumber } from './format.js';
import { element, visible } from './dom.js';
import { keyOf } from './sample-query.js';

/** @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {{ onPick: (row: number) => void, onOpen: () => void }} ListEvents
 *    onPick: the chosen row has changed; onOpen: the reader wants to go to what it shows */

/** Height of a row in pixels; the style sheet holds to it. */
const ROW_HEIGHT = 64;
const OVERSCAN = 6;

export class SampleList {
  /** @type {readonly number[]} */
  #rows = [];
  #active = -1;
  #sort = '';
  #scheduled = false;

  /** @param {HTMLElement} box @param {SampleIndex} index @param {ListEvents} events */
  constructor(box, index, events) {
    this.box = box;
    this.index = index;
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
    const name = this.#sort || task.scores[0] || '';
    const score = row.scores[task.scores.indexOf(name)] ?? null;
    const option = element(
      'div',
      'row',
      element('div', 'prompt', visible(row.prompt)),
      row.error === null
        ? element(
            'div',
            'output',
            row.output === '' ? element('span', 'empty', 'empty') : visible(row.output),
          )
        : element('div', 'output error', '✕ ', visible(row.error)),
      element(
        'div',
        'score',
        score === null ? '–' : formatNumber(score),
        element('small', '', visible(name)),
      ),
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
