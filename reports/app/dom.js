// @ts-check
/** Builds page elements from plain text. There is no way in here from text to markup. */
import { visibleParts } from './visible-text.js';

/** @typedef {Node | string | null | false | undefined} Child */

/** @template {keyof HTMLElementTagNameMap} Name
 *  @param {Name} name @param {string} className @param {...Child} children
 *  @returns {HTMLElementTagNameMap[Name]} */
export function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  for (const child of children) if (child) node.append(child);
  return node;
}

/** Text with its hidden characters as labelled marks.
 *  @param {string} text */
export function visible(text) {
  const fragment = document.createDocumentFragment();
  for (const part of visibleParts(text)) {
    if (!part.hidden) {
      fragment.append(part.text);
      continue;
    }
    const mark = element('span', 'mark', part.text);
    mark.title = `Hidden: ${part.text}`;
    fragment.append(mark);
  }
  return fragment;
}

/** The element of the page with this id.
 *  @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
export function byId(id, type) {
  const node = document.getElementById(id);
  if (!(node instanceof type)) throw new TypeError(`There is no #${id}.`);
  return node;
}

/** A button that says what it does, with the key that does the same.
 *  @param {string} label @param {string} key '' for none @param {() => void} act */
export function actionButton(label, key, act) {
  const button = element('button', 'action', label, key && element('kbd', '', key));
  button.type = 'button';
  if (key) button.setAttribute('aria-keyshortcuts', key);
  button.addEventListener('click', act);
  return button;
}

/** Characters shown at first, and with each push of the button. */
const FIRST = 20_000;
const STEP = 500_000;
/** Characters a block holds: short enough that the browser lays out only the blocks in sight. */
const BLOCK = 4_000;

/** A text of any length: all of it can be reached, and none of it holds up the page.
 *  @param {string} text */
export function longText(text) {
  const box = element('div', 'text');
  box.dir = 'auto';
  if (text === '') {
    box.append(element('span', 'empty', 'empty'));
    return box;
  }
  let shown = 0;
  const button = element('button', 'more');
  button.type = 'button';
  /** @param {number} count */
  const show = (count) => {
    const end = Math.min(text.length, shown + count);
    while (shown < end) {
      const cut = cutAt(text, shown, end);
      const block = element(
        'div',
        'block',
        visible(withoutFinalNewline(text.slice(shown, cut), cut < text.length)),
      );
      if (cut < text.length && text[cut - 1] !== '\n') block.classList.add('continued');
      box.append(block);
      shown = cut;
    }
    button.remove();
    if (shown === text.length) return;
    const left = text.length - shown;
    button.textContent =
      left > STEP
        ? `Show ${STEP.toLocaleString('en-US')} more of ${text.length.toLocaleString('en-US')} characters`
        : `Show the other ${left.toLocaleString('en-US')} characters`;
    box.append(button);
  };
  button.addEventListener('click', () => show(STEP));
  show(FIRST);
  return box;
}

/** Where the block that starts at `start` ends: after its last newline, or where it is full.
 *  @param {string} text @param {number} start @param {number} end */
function cutAt(text, start, end) {
  const full = Math.min(end, start + BLOCK);
  if (full === text.length) return full;
  const newline = text.slice(start, full).lastIndexOf('\n');
  if (newline >= 0) return start + newline + 1;
  // Not within a surrogate pair.
  return /[\uD800-\uDBFF]/.test(text[full - 1] ?? '') ? full + 1 : full;
}

/** The end of a block is a line's end already.
 *  @param {string} text @param {boolean} isInner */
function withoutFinalNewline(text, isInner) {
  return isInner && text.endsWith('\n') ? text.slice(0, -1) : text;
}
