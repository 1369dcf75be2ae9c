/** The form that all scorers here share: a function that makes a scorer, with the signature of its numbers. */
import type { Score, Scorer, ScorerInput } from '../tasks/task.ts';

export type ScorerFactory<Options extends readonly unknown[]> = ((...options: Options) => Scorer) & {
  /** What exactly is computed with the default options. */
  readonly signature: string;
};

export function scorerFactory<Options extends readonly unknown[]>(
  signature: string,
  make: (...options: Options) => (input: ScorerInput) => Readonly<Record<string, Score>>,
): ScorerFactory<Options> {
  return Object.assign(make, { signature });
}

/** The scores that need references: null with the reason for a sample that has none. */
export function withReferences<Name extends string>(
  names: readonly Name[],
  { sample }: ScorerInput,
  score: (references: readonly string[]) => Readonly<Record<Name, Score>>,
): Readonly<Record<string, Score>> {
  if (sample.references !== undefined && sample.references.length > 0) return score(sample.references);
  return Object.fromEntries(
    names.map((name) => [name, { value: null, reason: 'the sample has no references' }]),
  );
}
