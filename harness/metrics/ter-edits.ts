/** Fewest edits from one list of words to another when moving a run of words counts as one edit: the search of
 *  Tercom (Snover et al. 2006) with its limits, as sacrebleu 2.6.0 walks it. Which moves are tried, in which order
 *  and which of equals wins decides the number, so all of it is kept. Knows words as integers, nothing of text. */

const MAX_SHIFT_SIZE = 10;
const MAX_SHIFT_DISTANCE = 50;
const BEAM_WIDTH = 25;
const MAX_SHIFT_CANDIDATES = 1000;
const INFINITY = 2 ** 28;

const NOTHING = 0;
const SUBSTITUTE = 1;
const INSERT = 2;
const DELETE = 3;

/** Row of the edit table for a beginning of a hypothesis; a tree, because the candidates of a shift share most of
 *  their beginnings. Only the beam is stored, so that long texts need room in proportion to their length. */
interface Row {
  /** Rows for one word more; null where none has been asked for. */
  next: Map<number, Row> | null;
  /** Reference words before the first stored cell. */
  readonly from: number;
  /** Cost * 4 + operation of each stored cell. */
  readonly cells: Int32Array;
}

function costAt({ from, cells }: Row, column: number): number {
  const at = column - from;
  return at >= 0 && at < cells.length ? cells[at]! >> 2 : INFINITY;
}

/** As many rows as sacrebleu keeps; beyond them rows are computed anew. */
const MAX_CACHED_ROWS = 10_000;

/** Edit distance to one reference, with the operations that lead to it. */
class BeamEditDistance {
  private readonly root: Row;
  private cached = 0;
  private readonly reference: Int32Array;

  constructor(reference: Int32Array) {
    this.reference = reference;
    const cells = new Int32Array(reference.length + 1);
    for (let at = 0; at < cells.length; at++) cells[at] = at * 4 + INSERT;
    this.root = { next: null, from: 0, cells };
  }

  /** Rows 0 … n of the table, row i for the first i words. */
  private rows(words: Int32Array): Row[] {
    const rows = [this.root];
    let known: Row | undefined = this.root;
    const { length } = this.reference;
    const ratio = words.length > 0 ? length / words.length : 1;
    const beam = BEAM_WIDTH < ratio / 2 ? Math.ceil(ratio / 2 + BEAM_WIDTH) : BEAM_WIDTH;
    const keeps = this.cached < MAX_CACHED_ROWS;
    for (let i = 1; i <= words.length; i++) {
      const word = words[i - 1]!;
      const found: Row | undefined = known?.next?.get(word);
      if (found !== undefined) {
        rows.push(found);
        known = found;
        continue;
      }
      const row = this.row(words, i, rows[i - 1]!, ratio, beam);
      if (known !== undefined && keeps) {
        (known.next ??= new Map()).set(word, row);
        this.cached++;
        known = row;
      } else known = undefined;
      rows.push(row);
    }
    return rows;
  }

  private row(words: Int32Array, i: number, above: Row, ratio: number, beam: number): Row {
    const { reference } = this;
    const diagonal = Math.floor(i * ratio);
    const from = Math.max(0, diagonal - beam);
    const to = i === words.length ? reference.length + 1 : Math.min(reference.length + 1, diagonal + beam);
    const cells = new Int32Array(Math.max(0, to - from));
    const word = words[i - 1]!;
    let left = INFINITY;
    for (let j = from; j < to; j++) {
      if (j === 0) {
        left = costAt(above, 0) + 1;
        cells[0] = left * 4 + DELETE;
        continue;
      }
      const same = word === reference[j - 1];
      let cost = costAt(above, j - 1) + (same ? 0 : 1);
      let operation = same ? NOTHING : SUBSTITUTE;
      const deleted = costAt(above, j) + 1;
      if (deleted < cost) {
        cost = deleted;
        operation = DELETE;
      }
      const inserted = j > from ? left + 1 : INFINITY;
      if (inserted < cost) {
        cost = inserted;
        operation = INSERT;
      }
      left = cost;
      cells[j - from] = cost * 4 + operation;
    }
    return { next: null, from, cells };
  }

  distance(words: Int32Array): number {
    return costAt(this.rows(words)[words.length]!, this.reference.length);
  }

  /** Distance, and the operations from the first to the last. */
  trace(words: Int32Array): { readonly distance: number; readonly operations: readonly number[] } {
    const rows = this.rows(words);
    const operations: number[] = [];
    let i = words.length;
    let j = this.reference.length;
    const distance = costAt(rows[i]!, j);
    while (i > 0 || j > 0) {
      const row = rows[i]!;
      const operation = row.cells[j - row.from]! & 3;
      operations.push(operation);
      if (operation !== INSERT) i--;
      if (operation !== DELETE) j--;
    }
    return { distance, operations: operations.reverse() };
  }
}

interface Alignment {
  /** Position in the hypothesis for each of the reference. */
  readonly positions: Int32Array;
  /** (length + 1,) errors before each position. */
  readonly hypothesisErrors: Int32Array;
  readonly referenceErrors: Int32Array;
}

function align(operations: readonly number[], hypothesisLength: number, referenceLength: number): Alignment {
  const positions = new Int32Array(referenceLength);
  const hypothesisErrors = new Int32Array(hypothesisLength + 1);
  const referenceErrors = new Int32Array(referenceLength + 1);
  let inHypothesis = 0;
  let inReference = 0;
  for (const operation of operations) {
    const error = operation === NOTHING ? 0 : 1;
    if (operation !== INSERT) {
      hypothesisErrors[inHypothesis + 1] = hypothesisErrors[inHypothesis]! + error;
      inHypothesis++;
    }
    if (operation !== DELETE) {
      referenceErrors[inReference + 1] = referenceErrors[inReference]! + error;
      positions[inReference] = inHypothesis - 1;
      inReference++;
    }
  }
  return { positions, hypothesisErrors, referenceErrors };
}

function moveRun(words: Int32Array, start: number, length: number, target: number): Int32Array {
  const end = start + length;
  // A target inside the run or behind it counts in the words that are left.
  const at = target > end ? target - length : target;
  const moved = new Int32Array(words.length);
  for (let place = 0; place < words.length; place++) {
    const left = place < at ? place : place - length;
    const inRun = place >= at && place < at + length;
    moved[place] = inRun ? words[start + place - at]! : words[left < start ? left : left + length]!;
  }
  return moved;
}

interface Shift {
  readonly gain: number;
  readonly length: number;
  readonly start: number;
  readonly target: number;
  readonly words: Int32Array;
}

/** Greatest gain, then longest run, then earliest run, then earliest target. */
function isBetter(a: Shift, b: Shift): boolean {
  if (a.gain !== b.gain) return a.gain > b.gain;
  if (a.length !== b.length) return a.length > b.length;
  if (a.start !== b.start) return a.start < b.start;
  return a.target < b.target;
}

/** Runs of words that both texts have: [start in the hypothesis, start in the reference, length]. */
function* commonRuns(words: Int32Array, reference: Int32Array): Generator<readonly [number, number, number]> {
  for (let start = 0; start < words.length; start++) {
    const last = Math.min(reference.length - 1, start + MAX_SHIFT_DISTANCE);
    for (let other = Math.max(0, start - MAX_SHIFT_DISTANCE); other <= last; other++) {
      let length = 0;
      while (words[start + length] === reference[other + length] && length < MAX_SHIFT_SIZE) {
        length++;
        yield [start, other, length];
        if (words.length === start + length || reference.length === other + length) break;
      }
    }
  }
}

/** Edits, moves included, from the hypothesis to the reference.
 *  Time is linear in the words, but with a large factor: up to 1,000 moves are tried, and each costs the beam's 51 cells
 *  a word, and more where the lengths differ greatly (the beam then widens with their ratio).
 *  @param words, reference integers; equal words have equal numbers */
export function translationEdits(words: Int32Array, reference: Int32Array): number {
  if (reference.length === 0) return words.length;
  const edits = new BeamEditDistance(reference);
  let current = words;
  let shifts = 0;
  let tried = 0;
  for (;;) {
    const { distance, operations } = edits.trace(current);
    const { positions, hypothesisErrors, referenceErrors } = align(
      operations,
      current.length,
      reference.length,
    );
    let best: Shift | undefined;
    for (const [start, other, length] of commonRuns(current, reference)) {
      if (hypothesisErrors[start + length] === hypothesisErrors[start]) continue;
      if (referenceErrors[other + length] === referenceErrors[other]) continue;
      const aligned = positions[other]!;
      if (start <= aligned && aligned < start + length) continue;
      let previous = -1;
      for (let offset = -1; offset < length; offset++) {
        if (other + offset >= reference.length) break;
        const target = other + offset === -1 ? 0 : positions[other + offset]! + 1;
        if (target === previous) continue;
        previous = target;
        const moved = moveRun(current, start, length, target);
        const shift = { gain: distance - edits.distance(moved), length, start, target, words: moved };
        tried++;
        if (best === undefined || isBetter(shift, best)) best = shift;
      }
      if (tried >= MAX_SHIFT_CANDIDATES) break;
    }
    if (tried >= MAX_SHIFT_CANDIDATES || best === undefined || best.gain <= 0) return shifts + distance;
    shifts++;
    current = best.words;
  }
}
