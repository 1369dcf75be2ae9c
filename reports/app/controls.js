// @ts-check
/** The fields above the list: shows a query in them, and tells what the reader asked. Knows fields; selects nothing. */
import { byId, element } from './dom.js';
import { OUTCOMES, scoreNames, tagNames, VERSUS } from './sample-query.js';

/** @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {import('./sample-query.js').SampleQuery} SampleQuery
 *  @typedef {import('./query-language.js').QueryError} QueryError */

/** Milliseconds without a key before a search begins. */
const PAUSE_MS = 150;

export class Controls {
  #scope = byId('scope', HTMLSelectElement);
  #tag = byId('tag', HTMLSelectElement);
  #outcome = byId('outcome', HTMLSelectElement);
  #versus = byId('versus', HTMLSelectElement);
  #sort = byId('sort', HTMLSelectElement);
  #find = byId('find', HTMLInputElement);
  #fault = byId('find-fault', HTMLElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;

  /** @param {SampleIndex} index @param {(change: Partial<SampleQuery>) => void} onAsk @param {() => void} onEnter */
  constructor(index, onAsk, onEnter) {
    this.index = index;
    fillScopes(this.#scope, index);
    fill(this.#outcome, [['', 'all'], ...Object.entries(OUTCOMES)]);
    fill(this.#versus, [['', 'all'], ...Object.entries(VERSUS)]);
    /** @param {Partial<SampleQuery>} change */
    const ask = (change) => {
      clearTimeout(this.#typing);
      onAsk({ find: this.#find.value, ...change });
    };
    this.#scope.addEventListener('change', () =>
      ask({ scope: this.#scope.value, tag: '', sort: '', descending: false }),
    );
    this.#tag.addEventListener('change', () => ask({ tag: this.#tag.value }));
    this.#outcome.addEventListener('change', () => ask({ outcome: this.#outcome.value }));
    this.#versus.addEventListener('change', () => ask({ versus: this.#versus.value }));
    this.#sort.addEventListener('change', () => {
      const { value } = this.#sort;
      ask({ sort: value.replace(/^-/, ''), descending: value.startsWith('-') });
    });
    this.#find.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => ask({}), PAUSE_MS);
    });
    this.#find.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      ask({});
      onEnter();
    });
  }

  /** @param {SampleQuery} query @param {QueryError | null} fault */
  show(query, fault) {
    this.#scope.value = query.scope;
    this.#outcome.value = query.outcome;
    this.#versus.value = query.versus;
    if (this.#find.value !== query.find) this.#find.value = query.find;
    const tags = tagNames(this.index, query.scope);
    fill(this.#tag, [['', 'all'], ...tags.map((name) => /** @type {[string, string]} */ ([name, name]))]);
    this.#tag.value = query.tag;
    fill(this.#sort, sortOptions(this.index, query.scope));
    this.#sort.value = query.descending ? `-${query.sort}` : query.sort;
    this.#showFault(query.find, fault);
  }

  focusFind() {
    this.#find.focus();
    this.#find.select();
  }

  /** @param {string} text @param {QueryError | null} fault */
  #showFault(text, fault) {
    if (fault) this.#find.setAttribute('aria-invalid', 'true');
    else this.#find.removeAttribute('aria-invalid');
    const wrong = fault ? text.slice(fault.at, fault.at + fault.length) : '';
    this.#fault.replaceChildren(
      ...(fault
        ? [
            element('span', 'sign', '✕ '),
            `${fault.message}. `,
            element(
              'code',
              '',
              text.slice(0, fault.at),
              element('mark', '', wrong || '…'),
              text.slice(fault.at + fault.length),
            ),
          ]
        : []),
    );
  }
}

/** @param {HTMLSelectElement} select @param {readonly (readonly [string, string])[]} options */
function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

/** @param {SampleIndex} index @param {string} scope @returns {[string, string][]} */
function sortOptions(index, scope) {
  const hasBaseline = index.tasks.some((task) => task.hasBaseline);
  return [
    ['', 'order of the run'],
    .../** @type {[string, string][]} */ (
      hasBaseline
        ? [
            ['@change', 'most regressed first'],
            ['-@change', 'most improved first'],
          ]
        : []
    ),
    ...scoreNames(index, scope).flatMap(
      (name) =>
        /** @type {[string, string][]} */ ([
          [name, `${name}, lowest first`],
          [`-${name}`, `${name}, highest first`],
          ...(hasBaseline ? [[`${name}.change`, `${name}, largest loss first`]] : []),
        ]),
    ),
    ['-@latency', 'slowest first'],
    ['-@tokens', 'longest answer first'],
  ];
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
