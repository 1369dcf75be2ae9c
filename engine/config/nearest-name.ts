/** The name someone probably meant, for suggestions about misspelt keys and variables. */

/** Edits from `a` to `b`: insert, delete, replace, swap neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, beforePrevious[j - 2]! + 1);
      }
      row.push(least);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

/** The candidate nearest to `name`, apart from case and separators; null when all are further than a quarter of
 *  its length (at least one edit). */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  const wanted = plain(name);
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 4)) + 1;
  for (const candidate of candidates) {
    const target = plain(candidate);
    if (Math.abs(target.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, target);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
