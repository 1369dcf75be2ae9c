/** Golden vectors that fixtures/golden/metrics/make.py made with the reference implementations. */
import { readFileSync } from 'node:fs';

/** Content of fixtures/golden/metrics/<name>.json; the caller names the shape that make.py writes. */
export function goldenVectors<T>(name: string): T {
  return JSON.parse(readFileSync(`fixtures/golden/metrics/${name}.json`, 'utf8')) as T;
}

/** The cases whose numbers differ by more than `tolerance`, each said in a line. */
export function differences(
  cases: readonly { readonly what: string; readonly ours: number; readonly theirs: number }[],
  tolerance: number,
): string[] {
  return cases
    .filter(({ ours, theirs }) => !(Math.abs(ours - theirs) <= tolerance))
    .map(({ what, ours, theirs }) => `${what}: ${ours}, expected ${theirs}`);
}

/** Hypothesis and references of a vector, shortened, for the line of a difference. */
export function abstract(row: {
  readonly hypothesis: string;
  readonly references: readonly string[];
}): string {
  return JSON.stringify([row.hypothesis, ...row.references]).slice(0, 160);
}
