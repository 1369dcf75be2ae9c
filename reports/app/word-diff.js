// @ts-check
/** What was taken out of one text and put into another, word by word: the shortest edit script of Myers 1986
 *  (Algorithmica 1:251), greedy. Knows texts; knows nothing of the page. */

/** @typedef {{ text: string, kind: 'same' | 'only' }} DiffPart a stretch of one side
 *  @typedef {{ before: DiffPart[], after: DiffPart[], changed: boolean }} Diff */

/** Words, blanks and single signs: together the text. Scripts without blanks go character by character. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}_'’]+|\s+|[\s\S]/gu;

/** Words of both texts above which no script is sought, and edits above which none is looked for further. */
const MAX_WORDS = 40_000;
const MAX_EDITS = 2_000;

/** Both texts in stretches that the other has too, or has not; null where they are too long or too far apart to tell.
 *  @param {string} before @param {string} after @returns {Diff | null} */
export function diffWords(before, after) {
  if (before === after) return { before: whole(before), after: whole(after), changed: false };
  const a = before.match(WORDS) ?? [];
  const b = after.match(WORDS) ?? [];
  if (a.length + b.length > MAX_WORDS) return null;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  const kept = commonPairs(a.slice(start, a.length - end), b.slice(start, b.length - end));
  if (!kept) return null;
  const same = { a: new Set(kept.map(([i]) => i + start)), b: new Set(kept.map(([, j]) => j + start)) };
  /** @param {string[]} words @param {Set<number>} common */
  const parts = (words, common) => join(words, (i) => i < start || i >= words.length - end || common.has(i));
  return { before: parts(a, same.a), after: parts(b, same.b), changed: true };
}

/** @param {string} text @returns {DiffPart[]} */
function whole(text) {
  return text === '' ? [] : [{ text, kind: 'same' }];
}

/** @param {string[]} words @param {(i: number) => boolean} isCommon @returns {DiffPart[]} */
function join(words, isCommon) {
  /** @type {DiffPart[]} */
  const parts = [];
  words.forEach((word, i) => {
    const kind = isCommon(i) ? 'same' : 'only';
    const last = parts[parts.length - 1];
    if (last?.kind === kind) last.text += word;
    else parts.push({ text: word, kind });
  });
  return parts;
}

/** Pairs of places that an optimal script keeps, in order; null above the edits that are looked for.
 *  @param {string[]} a @param {string[]} b @returns {[number, number][] | null} */
function commonPairs(a, b) {
  const most = Math.min(a.length + b.length, MAX_EDITS);
  /** furthest[k + most]: how far along `a` the best path on diagonal k comes, edit by edit.
   *  @type {Int32Array[]} */
  const trace = [];
  const furthest = new Int32Array(2 * most + 2);
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(most - edits, most + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const at = most + k;
      const down = k === -edits || (k !== edits && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0));
      let x = down ? (furthest[at + 1] ?? 0) : (furthest[at - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest[at] = x;
      if (x >= a.length && x - k >= b.length) return backtrack(trace, a.length, b.length);
    }
  }
  return null;
}

/** @param {Int32Array[]} trace @param {number} x @param {number} y @returns {[number, number][]} */
function backtrack(trace, x, y) {
  /** @type {[number, number][]} */
  const pairs = [];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const row = /** @type {Int32Array} */ (trace[edits]);
    /** @param {number} k */
    const at = (k) => row[k + edits] ?? 0;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const before = edits === 0 ? 0 : down ? at(k + 1) : at(k - 1);
    const startX = edits === 0 ? 0 : down ? before : before + 1;
    while (x > startX && y > 0) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    if (edits > 0) {
      x = before;
      y = before - (down ? k + 1 : k - 1);
    }
  }
  return pairs.reverse();
}
