/** The evaluation sets of the closed world, asked in wordings that training never sees.
 *  Built from the `heldOut` lists with a fixed seed: the same sets, line for line, each time. */
import type { Sample } from '../../tasks/task.ts';
import { canaryOf } from '../canary.ts';
import { FREE_QUESTIONS } from './free.ts';
import { facts } from './sets/facts.ts';
import { genderSwap } from './sets/gender-swap.ts';
import { consistency, explanations, length, readability } from './sets/prose.ts';
import { safety } from './sets/safety.ts';

export const EVALUATION_SETS = [
  'facts',
  'explanations',
  'readability',
  'length',
  'consistency',
  'safety',
  'gender-swap',
  'free',
] as const;

export type EvaluationSet = (typeof EVALUATION_SETS)[number];

function free(): Sample[] {
  return FREE_QUESTIONS.map(({ kind, prompt, reference }, index): Sample => ({
    id: `free-${String(index + 1).padStart(2, '0')}-${kind}`,
    prompt,
    ...(reference === undefined ? {} : { references: [reference] }),
    tags: [kind],
  }));
}

const BUILDERS: Record<EvaluationSet, () => Sample[]> = {
  facts,
  explanations,
  readability,
  length,
  consistency,
  safety,
  'gender-swap': genderSwap,
  free,
};

/** The samples of one set, in the order of its file; the first carries the set's canary. */
export function evaluationSet(name: EvaluationSet): readonly Sample[] {
  return BUILDERS[name]().map((sample, at) =>
    at === 0 ? { ...sample, metadata: { ...sample.metadata, canary: canaryOf(name) } } : sample,
  );
}

/** Every prompt that some evaluation set asks; training may hold none of them. */
export function reservedPrompts(): string[] {
  return EVALUATION_SETS.flatMap((name) =>
    evaluationSet(name).flatMap(({ prompt, metadata }) =>
      typeof metadata?.['counterpart'] === 'string' ? [prompt!, metadata['counterpart']] : [prompt!],
    ),
  );
}
