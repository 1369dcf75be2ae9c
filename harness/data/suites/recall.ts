/** Recall over several turns: what was said at the start is asked for at the end, after more and more small talk;
 *  in half of the talks it was corrected in between, and the correction holds. */
import type { Sample } from '../../tasks/task.ts';
import { MersenneTwister } from '../random.ts';
import { COLOURS, FIRST_NAMES, INSTRUMENTS, TOWNS, TRADES, WEEKDAYS } from './words.ts';

const TALKS = 60;
const DEPTHS = [1, 3, 6, 10] as const;

const KEPT = [
  ['name', (value: string) => `My name is ${value}.`, 'What is my name?', FIRST_NAMES],
  ['town', (value: string) => `I live in ${value}.`, 'Which town did I say I live in?', TOWNS],
  ['colour', (value: string) => `My bicycle is ${value}.`, 'What colour is my bicycle?', COLOURS],
  ['instrument', (value: string) => `I play the ${value}.`, 'Which instrument do I play?', INSTRUMENTS],
  ['day', (value: string) => `My day off is ${value}.`, 'On which day am I off work?', WEEKDAYS],
  ['trade', (value: string) => `I work as a ${value}.`, 'What do I do for a living?', TRADES],
  ['friend', (value: string) => `My best friend is called ${value}.`, 'What is the name of my best friend?', FIRST_NAMES],
  ['birthplace', (value: string) => `I was born in ${value}.`, 'Where was I born?', TOWNS],
  ['door', (value: string) => `I have painted my front door ${value}.`, 'Which colour did I paint my front door?', COLOURS],
  ['lesson', (value: string) => `I have a dancing lesson every ${value}.`, 'On which day of the week is my dancing lesson?', WEEKDAYS],
] as const satisfies readonly (readonly [string, (value: string) => string, string, readonly string[]])[]; // prettier-ignore

const SMALL_TALK = [
  ['How many days are in a week?', 'Seven.'],
  ['What do cows eat?', 'Mostly grass.'],
  ['Is water wet?', 'Yes, in the everyday sense.'],
  ['Name a fruit.', 'An apple.'],
  ['What is two plus three?', 'Five.'],
  ['Which is larger, a mouse or a horse?', 'A horse.'],
  ['What do you call frozen water?', 'Ice.'],
  ['Name a bird.', 'A sparrow.'],
  ['What comes after winter?', 'Spring.'],
  ['How many legs has a spider?', 'Eight.'],
  ['What do bees make?', 'Honey.'],
  ['Is the sun a star?', 'Yes, it is.'],
  ['What is the opposite of hot?', 'Cold.'],
  ['Name something made of paper.', 'A newspaper.'],
  ['How many wheels has a tricycle?', 'Three.'],
  ['What do you use to cut bread?', 'A knife.'],
  ['What falls from clouds?', 'Rain.'],
  ['Which animal says moo?', 'A cow.'],
  ['What is the first letter of the alphabet?', 'A.'],
  ['Where do fish live?', 'In water.'],
] as const;

export function recall(): Sample[] {
  const rng = new MersenneTwister(703);
  return Array.from({ length: TALKS }, (_, at) => at).flatMap((at) => {
    const [kind, say, ask, values] = KEPT[at % KEPT.length]!;
    const [value, first] = rng.shuffled<string>(values) as [string, string];
    // Half of the talks of every kind.
    const corrected = Math.floor(at / KEPT.length) % 2 === 1;
    const talk = rng.shuffled(SMALL_TALK);
    return DEPTHS.map((depth): Sample => {
      const messages: NonNullable<Sample['messages']>[number][] = [
        { role: 'user', content: `${say(corrected ? first : value)} Please remember that.` },
        { role: 'assistant', content: 'I will.' },
      ];
      talk.slice(0, depth).forEach(([question, answer], turn) => {
        if (corrected && turn === 0) {
          messages.push(
            { role: 'user', content: `I was wrong before. ${say(value)}` },
            { role: 'assistant', content: 'Thank you, noted.' },
          );
        }
        messages.push({ role: 'user', content: question }, { role: 'assistant', content: answer });
      });
      messages.push({ role: 'user', content: ask });
      return {
        id: `talk-${at + 1}-after-${depth}`,
        messages,
        references: [value],
        cluster: `talk-${at + 1}`,
        tags: [`after-${depth}`, corrected ? 'corrected' : 'plain', kind],
      };
    });
  });
}
