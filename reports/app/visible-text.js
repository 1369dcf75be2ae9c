// @ts-check
/** Makes text honest: characters that are invisible, reorder what is read, or control a terminal become labels.
 *  Knows characters; knows nothing of HTML. Runs in the browser and in Node. */

/** @typedef {{ text: string, hidden: boolean }} TextPart a stretch of plain text, or the labels of hidden characters */

/** Emoji whose joiners and variation selectors belong there: they hide nothing. */
const EMOJI =
  '\\p{Extended_Pictographic}[\\u{1F3FB}-\\u{1F3FF}]?\\uFE0F?' +
  '(?:\\u200D\\p{Extended_Pictographic}[\\u{1F3FB}-\\u{1F3FF}]?\\uFE0F?)*|[0-9#*]\\uFE0F\\u20E3';

/** Controls save tab and newline, format and bidirectional controls, lone surrogates, private and unassigned
 *  code points, line separators, and spaces other than U+0020 and the ideographic one. */
const HIDDEN =
  '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\p{Default_Ignorable_Code_Point}\\p{Bidi_Control}' +
  '\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}\\uFFF9-\\uFFFB\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u2800]';

const SCAN = new RegExp(`${EMOJI}|(${HIDDEN}+)`, 'gu');
const ANY_HIDDEN = new RegExp(HIDDEN, 'u');
const EACH_HIDDEN = new RegExp(HIDDEN, 'gu');

/** @type {Readonly<Record<number, string>>} */
const NAMES = {
  0x00: 'NUL',
  0x07: 'BEL',
  0x08: 'BS',
  0x0b: 'VT',
  0x0c: 'FF',
  0x0d: 'CR',
  0x1b: 'ESC',
  0x7f: 'DEL',
  0x85: 'NEL',
  0xa0: 'NBSP',
  0xad: 'SHY',
  0x34f: 'CGJ',
  0x61c: 'ALM',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LS',
  0x2029: 'PS',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x202f: 'NNBSP',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM',
};

/** @param {string} character */
function labelOf(character) {
  const code = character.codePointAt(0) ?? 0;
  // Tag characters spell ASCII that only a machine reads.
  if (code === 0xe0020) return 'TAG-SP';
  if (code >= 0xe0021 && code <= 0xe007e) return `TAG-${String.fromCharCode(code - 0xe0000)}`;
  return NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Labels of a run of hidden characters, repetitions counted: `RLO ZWSP×3`.
 *  @param {string} run */
function labelsOf(run) {
  /** @type {string[]} */
  const labels = [];
  let last = '';
  let count = 0;
  const close = () => {
    if (count > 0) labels.push(count > 1 ? `${labelOf(last)}×${count}` : labelOf(last));
  };
  for (const character of run) {
    if (character === last) {
      count += 1;
      continue;
    }
    close();
    last = character;
    count = 1;
  }
  close();
  return labels.join(' ');
}

/** The text in order, hidden characters as parts of their own; together they lose nothing.
 *  @param {string} text
 *  @returns {TextPart[]} */
export function visibleParts(text) {
  if (!ANY_HIDDEN.test(text)) return text === '' ? [] : [{ text, hidden: false }];
  /** @type {TextPart[]} */
  const parts = [];
  let start = 0;
  for (const match of text.matchAll(SCAN)) {
    const run = match[1];
    if (run === undefined) continue;
    if (match.index > start) parts.push({ text: text.slice(start, match.index), hidden: false });
    parts.push({ text: labelsOf(run), hidden: true });
    start = match.index + run.length;
  }
  if (start < text.length) parts.push({ text: text.slice(start), hidden: false });
  return parts;
}

/** As `visibleParts`, in one string, labels in angle brackets: `abc⟨RLO⟩def`.
 *  @param {string} text */
export function visibleString(text) {
  return visibleParts(text)
    .map((part) => (part.hidden ? `⟨${part.text}⟩` : part.text))
    .join('');
}

/** The text without its hidden characters: what a reader would search for.
 *  @param {string} text */
export function withoutHidden(text) {
  return ANY_HIDDEN.test(text) ? text.replace(EACH_HIDDEN, '') : text;
}

/** The first `limit` characters of the text on one line, an ellipsis where more follows. Only plain blanks and
 *  newlines are folded: a space of another kind is something to see.
 *  @param {string} text
 *  @param {number} limit */
export function snippet(text, limit) {
  const start = text.slice(0, limit * 4);
  const line = start.replace(/(?:[ \t\n]|\r\n)+/g, ' ').replace(/^ | $/g, '');
  const isWhole = line.length <= limit && start.length === text.length;
  // A pair cut in two would show as a hidden character that is not there.
  return isWhole ? line : `${line.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
