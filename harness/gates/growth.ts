/** How much a sample has to grow until something holds. */

/** Largest growth worth telling. */
const MAX_GROWTH = 10_000;

/** The smallest factor from 1 on at which `holds`, if it does at all larger ones; null beyond 10,000. */
export function growthUntil(holds: (factor: number) => boolean): number | null {
  if (!holds(MAX_GROWTH)) return null;
  let [no, yes] = [1, MAX_GROWTH];
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(no * yes);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
