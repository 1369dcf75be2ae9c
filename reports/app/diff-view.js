// @ts-check
/** Output and baseline's output side by side, with the words that only one of them has. Knows two texts. */
import { element, longText, visible } from './dom.js';
import { diffWords } from './word-diff.js';

/** @typedef {import('./word-diff.js').DiffPart} DiffPart */

/** Above this a text is shown in blocks, and no words are marked in it. */
const MAX_CHARACTERS = 100_000;

/** @param {string} output @param {string} baseline @param {string} title of the baseline's side */
export function outputsBeside(output, baseline, title) {
  const diff = output.length + baseline.length > MAX_CHARACTERS ? null : diffWords(baseline, output);
  const [own, other] =
    diff === null
      ? [longText(output), longText(baseline)]
      : [marked(diff.after, 'ins'), marked(diff.before, 'del')];
  const note =
    diff === null
      ? 'too different or too long to compare word by word'
      : diff.changed
        ? `${countOnly(diff.after)} put in, ${countOnly(diff.before)} taken out`
        : 'the same, to the letter';
  return {
    panes: element('div', 'beside', part('Output', own), part(title, other)),
    note,
  };
}

/** @param {string} title @param {Node} content */
function part(title, content) {
  return element('section', '', element('h4', '', title), content);
}

/** @param {readonly DiffPart[]} parts @param {'ins' | 'del'} name */
function marked(parts, name) {
  const box = element('div', 'text');
  box.dir = 'auto';
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  if (parts.length === 0) box.append(element('span', 'empty', 'empty'));
  for (const { text, kind } of parts) {
    box.append(kind === 'same' ? visible(text) : element(name, '', visible(text)));
  }
  return box;
}

/** @param {readonly DiffPart[]} parts */
function countOnly(parts) {
  const words = parts
    .filter(({ kind }) => kind === 'only')
    .flatMap(({ text }) => text.match(/[\p{L}\p{N}]+/gu) ?? []).length;
  return `${words} ${words === 1 ? 'word' : 'words'}`;
}
