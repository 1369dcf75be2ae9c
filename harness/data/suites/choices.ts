/** One question in several forms: other wordings, and the same options in another order. The facts are those of
 *  tiny-chat's closed world, which any larger model knows; the wordings are ones that tiny-chat is not trained on. */
import type { Sample } from '../../tasks/task.ts';
import { MersenneTwister } from '../random.ts';
import { asSentence, fill, fillPlain } from '../tiny-chat/wording.ts';
import { keyAnswers } from '../tiny-chat/key-answers.ts';
import { FACTS, type Fact } from '../tiny-chat/world/index.ts';

const QUESTIONS = 200;
const OPTIONS = 4;
/** Facts whose answer is one of many of a kind, so that wrong ones are at hand; and short enough to tell apart. */
const KINDS = new Set([
  'capital',
  'author',
  'painter',
  'currency',
  'young',
  'record',
  'opposite',
  'inventor',
  'language',
  'year',
]);

function chosen(rng: MersenneTwister): Fact[] {
  const facts = FACTS.filter(({ relation }) => KINDS.has(relation.name));
  return rng.shuffled(facts).slice(0, QUESTIONS);
}

/** The right answer and wrong ones of its kind, in random order. */
function optionsOf(fact: Fact, rng: MersenneTwister): string[] {
  const own = fact.slots.y;
  const others = FACTS.filter(({ relation, slots }) => relation === fact.relation && slots.y !== own).map(
    ({ slots }) => slots.y,
  );
  return rng.shuffled([own, ...rng.shuffled([...new Set(others)]).slice(0, OPTIONS - 1)]);
}

export function optionOrder(): Sample[] {
  const rng = new MersenneTwister(705);
  return chosen(rng).map((fact): Sample => {
    const question = asSentence(fillPlain(fact.relation.questions[0]!, fact.slots));
    const options = optionsOf(fact, rng);
    const letters = ['A', 'B', 'C', 'D'];
    const asked = options.map((_, turn) => {
      const turned = [...options.slice(turn), ...options.slice(0, turn)];
      const list = turned.map((option, at) => `${letters[at]}. ${option}`).join('\n');
      return `${question}\n${list}\nAnswer with the text of one option, without its letter.`;
    });
    return {
      id: fact.id,
      prompt: asked[0]!,
      references: keyAnswers(fact),
      cluster: fact.id,
      tags: [fact.relation.name],
      metadata: { prompts: asked, candidates: options },
    };
  });
}

export function paraphrases(): Sample[] {
  const rng = new MersenneTwister(706);
  return chosen(rng).map((fact): Sample => {
    const wordings = rng.shuffled(fact.relation.heldOut).slice(0, 3);
    const prompts = wordings.map((each) => asSentence(fill(each, fact.slots)));
    const others = optionsOf(fact, rng);
    return {
      id: fact.id,
      prompt: prompts[0]!,
      references: keyAnswers(fact),
      cluster: fact.id,
      tags: [fact.relation.name],
      metadata: { prompts, candidates: others },
    };
  });
}
