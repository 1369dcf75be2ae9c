/** Signatures: what exactly was computed, in the manner of sacrebleu (Post 2018, arXiv:1804.08771).
 *  Two numbers may be compared when their signatures are equal. */

/** Raised whenever any number that this folder computes changes, for whatever input. 2: TER of normalized references that
 *  sacrebleu splits in its second pass; gunning fog of words with İ; what counts as an admission of ignorance. */
const METRICS_VERSION = '2';

/** `key:value|…|harness:<version>`, in the order given; values that are undefined are left out. */
export function signature(parts: Readonly<Record<string, string | number | undefined>>): string {
  return [...Object.entries(parts), ['harness', METRICS_VERSION]]
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}:${value}`)
    .join('|');
}

/** The number of references as sacrebleu names it: a count, or `var` where it differs between segments. */
export function referenceCount(references: readonly (readonly string[])[]): string {
  const counts = new Set(references.map((each) => each.length));
  return counts.size === 1 ? String([...counts][0]) : 'var';
}
