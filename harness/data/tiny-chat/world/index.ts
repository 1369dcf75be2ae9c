/** The closed world: every fact the model is taught. */
import { fillPlain, slug, type Relation } from '../wording.ts';
import { CULTURE } from './culture.ts';
import { GEOGRAPHY } from './geography.ts';
import { NATURE } from './nature.ts';
import { sum } from './sums.ts';

export interface Fact {
  /** Readable and stable: "capital-france". */
  readonly id: string;
  readonly relation: Relation;
  /** x is what is asked about, y the answer, q what is counted. */
  readonly slots: Readonly<Record<'x' | 'y' | 'q', string>>;
  /** The whole answer, as it is taught. */
  readonly answer: string;
}

export const RELATIONS: readonly Relation[] = [...GEOGRAPHY, ...CULTURE, ...NATURE, sum];

function toFact(relation: Relation, x: string, y: string): Fact {
  const slots = { x, y, q: y.split(' ').at(-1)! };
  const answer = fillPlain(relation.answer, slots);
  return {
    id: `${relation.name}-${slug(x)}`,
    relation,
    slots,
    answer: answer.charAt(0).toUpperCase() + answer.slice(1),
  };
}

export const FACTS: readonly Fact[] = RELATIONS.flatMap((relation) =>
  relation.facts.map(([x, y]) => toFact(relation, x, y)),
);
