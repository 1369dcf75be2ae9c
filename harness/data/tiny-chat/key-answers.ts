/** The shortest right answers to a fact's question: what must stand in an answer, whoever gives it. */
import type { Fact } from './world/index.ts';

const NUMBERS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen'.split(
    ' ',
  );

/** Relations whose answers are people, who are as often named by their last name. */
const PEOPLE = new Set(['author', 'painter', 'inventor']);

function otherNames(answer: string, relation: string): string[] {
  if (PEOPLE.has(relation)) {
    const last = answer.replace(/^.* (?=(?:van|von|de|da) )/, '').split(' ');
    return [last.at(-1)!, last.join(' ')];
  }
  if (relation === 'count') {
    const [number] = answer.split(' ');
    return [number!, ...numberNames(number!)];
  }
  return [answer.replace(/^(?:the|Mount|Lake) /i, ''), ...numberNames(answer)];
}

/** "4" for "four", and the other way round. */
function numberNames(number: string): string[] {
  const at = NUMBERS.indexOf(number);
  if (at >= 0) return [String(at)];
  const name = NUMBERS[Number(number)];
  return name === undefined ? [] : [name];
}

/** The answer and other names for it, none twice; without names that stand in the question already: whoever speaks of the
 *  diesel engine has not named Rudolf Diesel. */
export function keyAnswers({ slots, relation }: Fact): string[] {
  const asked = new Set(slots.x.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const others = otherNames(slots.y, relation.name).filter((name) => !asked.has(name.toLowerCase()));
  return [...new Set([slots.y, ...others])];
}
