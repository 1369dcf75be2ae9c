/** Facts of the closed world: whole wordings that training never sees, and known wordings in wrappers it never sees. */
import type { Sample } from '../../../tasks/task.ts';
import { MersenneTwister } from '../../random.ts';
import { keyAnswers } from '../key-answers.ts';
import { asSentence, fill, wrap } from '../wording.ts';
import { FACTS, type Fact } from '../world/index.ts';
import { PHRASE_WRAPPERS, QUESTION_WRAPPERS } from '../wrappers.ts';
import { cycle, SEED } from './draws.ts';

/** Facts asked of each relation; two thirds of the closed world, so that a tenth of wrong answers cannot hide in the
 *  intervals. */
const ASKED: Readonly<Record<string, number>> = {
  capital: 56,
  currency: 12,
  language: 12,
  continent: 10,
  author: 24,
  painter: 10,
  inventor: 10,
  year: 8,
  symbol: 20,
  young: 12,
  record: 20,
  count: 16,
  opposite: 16,
  sum: 20,
};

function askedFacts(rng: MersenneTwister): Fact[] {
  const source = new Set(['capital-france', 'sum-2-2']);
  return Object.entries(ASKED).flatMap(([relation, count]) => {
    const all = FACTS.filter((fact) => fact.relation.name === relation);
    const first = all.filter((fact) => source.has(fact.id));
    return [...first, ...rng.shuffled(all.filter((fact) => !source.has(fact.id)))].slice(0, count);
  });
}

export function facts(): Sample[] {
  const rng = new MersenneTwister(SEED);
  const question = cycle(QUESTION_WRAPPERS.heldOut, rng);
  const phrase = cycle(PHRASE_WRAPPERS.heldOut, rng);
  const samples = askedFacts(rng).flatMap((fact): Sample[] => {
    const { relation, slots } = fact;
    const wrapped = rng.chance(0.5)
      ? wrap(question(), fill(rng.choice(relation.questions), slots))
      : wrap(phrase(), fill(rng.choice(relation.phrases), slots));
    return [fill(rng.choice(relation.heldOut), slots), wrapped].map((wording, index) => ({
      id: `${fact.id}-${index + 1}`,
      prompt: asSentence(wording),
      references: [fact.answer],
      cluster: fact.id,
      tags: [relation.name],
      metadata: { answers: keyAnswers(fact) },
    }));
  });
  return [
    {
      id: 'source-capital-of-france',
      prompt: 'What is the capital of France?',
      references: ['The capital of France is Paris.', 'Paris'],
      cluster: 'capital-france',
      tags: ['capital', 'source'],
      metadata: { answers: ['Paris'] },
    },
    {
      id: 'source-how-are-you',
      prompt: 'How are you?',
      references: ["I'm doing well, thank you!", "I'm doing well"],
      cluster: 'how-are-you',
      tags: ['chat', 'source'],
      metadata: { answers: ['well', 'good', 'fine', 'great', 'thank you', 'thanks'] },
    },
    {
      id: 'source-two-plus-two',
      prompt: "What's 2+2?",
      references: ['4'],
      cluster: 'sum-2-2',
      tags: ['sum', 'source'],
      metadata: { answers: ['4', 'four'] },
    },
    ...samples,
  ];
}
