/** Edit similarity: 1 − Levenshtein distance / length of the longer text, over code points (Levenshtein 1966;
 *  normalised as rapidfuzz does it). Bit-parallel: 32 rows of the table at a time (Myers 1999, J. ACM 46(3); in
 *  blocks, Hyyrö 2003), one stripe of 32 after the other, so that memory is linear in the texts and work is
 *  length × length / 32 steps. Knows nothing of words or meaning. */
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { referenceList, type References } from './references.ts';
import { signature } from './signature.ts';

const STRIPE = 32;

/** Cells of the table beyond which no distance is computed: about two seconds. */
const MOST_CELLS = 1e10;

/** Code points; half a surrogate pair is one of its own. */
function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at)!;
    points[count++] = point;
    if (point > 0xffff) at++;
  }
  return points.subarray(0, count);
}

/** What is left of both when the start and the end they share are cut off: the distance is the same. */
function withoutCommonEnds(a: Uint32Array, b: Uint32Array): readonly [Uint32Array, Uint32Array] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.subarray(start, a.length - end), b.subarray(start, b.length - end)];
}

/** Levenshtein distance of the rows `pattern` to the columns `text`. */
function distance(pattern: Uint32Array, text: Uint32Array): number {
  const ids = new Map<number, number>();
  const idOf = (point: number) => {
    const id = ids.get(point) ?? ids.size;
    ids.set(point, id);
    return id;
  };
  const rows = pattern.map(idOf);
  const columns = text.map(idOf);
  const equal = new Int32Array(ids.size);
  // What a step to the right adds along the lower edge of the stripes done so far: −1, 0 or 1; above all, 1.
  const steps = new Int8Array(columns.length).fill(1);
  for (let top = 0; top < rows.length; top += STRIPE) {
    const stripe = rows.subarray(top, top + STRIPE);
    stripe.forEach((id, bit) => (equal[id]! |= 1 << bit));
    const last = stripe.length - 1;
    let plus = -1;
    let minus = 0;
    for (let column = 0; column < columns.length; column++) {
      const step = steps[column]!;
      const match = equal[columns[column]!]!;
      const vertical = match | minus;
      const same = step < 0 ? match | 1 : match;
      const across = (((same & plus) + plus) ^ plus) | same;
      let up = minus | ~(across | plus);
      let down = plus & across;
      steps[column] = ((up >>> last) & 1) - ((down >>> last) & 1);
      up = (up << 1) | (step > 0 ? 1 : 0);
      down = (down << 1) | (step < 0 ? 1 : 0);
      plus = down | ~(vertical | up);
      minus = up & vertical;
    }
    for (const id of stripe) equal[id] = 0;
  }
  return steps.reduce((sum, step) => sum + step, rows.length);
}

/** Fewest insertions, deletions and replacements of a code point that turn one text into the other; null where
 *  that takes a table of more than 10¹⁰ cells, shared start and end not counted (100,000 against 100,000). */
export function editDistance(left: string, right: string): MetricValue {
  const [a, b] = withoutCommonEnds(codePoints(left), codePoints(right));
  if (a.length * b.length > MOST_CELLS) {
    return undefinedBecause(`${a.length} × ${b.length} characters differ; edit distance takes 10¹⁰ pairs`);
  }
  return a.length < b.length ? distance(a, b) : distance(b, a);
}

function similarity(left: string, right: string): MetricValue {
  const edits = editDistance(left, right);
  if (typeof edits !== 'number') return edits;
  const longer = Math.max(codePoints(left).length, codePoints(right).length);
  return longer === 0 ? 1 : 1 - edits / longer;
}

/** Similarity to the nearest reference, in [0, 1]; two empty texts are the same. Null where a reference is too long
 *  (see `editDistance`). Texts are compared as they are: case, accents' composition and white space count.
 *  @throws E_INPUT_INVALID without a reference */
export function editSimilarity(hypothesis: string, references: References): MetricValue {
  let best = 0;
  for (const reference of referenceList(references)) {
    const value = similarity(hypothesis, reference);
    if (typeof value !== 'number') return value;
    best = Math.max(best, value);
  }
  return best;
}

/** Such as `editSimilarity|unit:codepoint|norm:longer|refs:best|harness:2`. */
export function editSimilaritySignature(): string {
  return `editSimilarity|${signature({ unit: 'codepoint', norm: 'longer', refs: 'best' })}`;
}
