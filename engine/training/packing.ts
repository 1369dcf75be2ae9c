/** The order of training: which examples share a row, and which rows come when. A pure function of sizes and seed, so
 *  that a position in it is all that a checkpoint has to keep. */
import { permutation, seedFor } from './random.ts';

/** Rows that are filled at the same time. More leave less padding; few keep the order close to the shuffle. */
const OPEN_ROWS = 32;

/** Examples by index, in the order of an epoch: shuffled, or as they stand where the seed is null. */
export function exampleOrder(count: number, seed: number | null, epoch: number): number[] {
  return seed === null
    ? Array.from({ length: count }, (_, index) => index)
    : permutation(count, seedFor(seed, `order of epoch ${epoch}`));
}

/** Examples of each row, by index: every example stands in exactly one row, near the order of the epoch.
 *  Each example goes to the open row that it fills best; when none has room, the fullest row is closed.
 *  @param sizes positions each example takes, none above `length` */
export function packRows(
  sizes: readonly number[],
  length: number,
  seed: number | null,
  epoch: number,
): number[][] {
  const closed: number[][] = [];
  const open: { examples: number[]; room: number }[] = [];
  const fullestFirst = (a: { room: number }, b: { room: number }) => a.room - b.room;
  for (const index of exampleOrder(sizes.length, seed, epoch)) {
    const size = sizes[index]!;
    const fitting = open.filter((row) => row.room >= size);
    if (fitting.length > 0) {
      const best = fitting.reduce((a, b) => (b.room < a.room ? b : a));
      best.examples.push(index);
      best.room -= size;
      continue;
    }
    open.push({ examples: [index], room: length - size });
    if (open.length > OPEN_ROWS) closed.push(open.sort(fullestFirst).shift()!.examples);
  }
  return [...closed, ...open.map((row) => row.examples)];
}

/** Steps of an epoch: the rows in batches of `rowsPerStep`, the last one possibly smaller. */
export function stepsOf<Row>(rows: readonly Row[], rowsPerStep: number): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / rowsPerStep) }, (_, step) =>
    rows.slice(step * rowsPerStep, (step + 1) * rowsPerStep),
  );
}
