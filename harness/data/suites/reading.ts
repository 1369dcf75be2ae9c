/** Reading: short invented texts, questions whose answer stands in them, and some that they do not answer. Nothing in
 *  them is true, so that no model can know it from elsewhere. */
import type { Sample } from '../../tasks/task.ts';
import { MersenneTwister } from '../random.ts';
import { ANIMALS, COLOURS, FIRST_NAMES, INSTRUMENTS, TOWNS, TRADES, WEEKDAYS } from './words.ts';

const TEXTS = 100;
/** Questions of each kind to a text. */
const ANSWERED = 2;
const UNANSWERED = 2;

interface Question {
  readonly ask: string;
  /** Empty where the text does not say. */
  readonly answers: readonly string[];
}

function passage(rng: MersenneTwister): { text: string; questions: readonly Question[] } {
  const [name, friend] = rng.shuffled(FIRST_NAMES) as unknown as [string, string];
  const [home, market] = rng.shuffled(TOWNS) as unknown as [string, string];
  const trade = rng.choice(TRADES);
  const animal = rng.choice(ANIMALS);
  const colour = rng.choice(COLOURS);
  const day = rng.choice(WEEKDAYS);
  const instrument = rng.choice(INSTRUMENTS);
  const year = String(1950 + rng.below(60));
  const price = String(12 + rng.below(80));
  const sentences = [
    [
      `${name} is a ${trade} who moved to ${home} in ${year}.`,
      `In ${year}, ${name} left the city and settled in ${home} to work as a ${trade}.`,
      `Everyone in ${home} knows ${name}, the ${trade} who came there in ${year}.`,
    ],
    [
      `The house has a ${colour} door, and ${name} shares it with ${animal}.`,
      `Behind a ${colour} door, ${name} lives with ${animal}.`,
      `With ${animal} for company, ${name} lives in a cottage with a ${colour} door.`,
    ],
    [
      `Every ${day}, ${name} takes the bus to ${market} to meet ${friend}, who plays the ${instrument} in the town band.`,
      `${friend}, who plays the ${instrument} in the band of ${market}, comes to visit every ${day}.`,
      `On ${day} ${name} always has supper with ${friend}, whose ${instrument} is heard in the band of ${market}.`,
    ],
    [
      `Last spring they bought a wooden boat together for ${price} crowns and painted it themselves.`,
      `The two own a small boat, for which they paid ${price} crowns at a fair.`,
    ],
  ];
  const text = sentences.map((wordings) => rng.choice(wordings)).join(' ');
  const [, ...noun] = animal.split(' ');
  const known: readonly Question[] = [
    { ask: `In which year did ${name} move to ${home}?`, answers: [year] },
    { ask: `What colour is the door of ${name}'s house?`, answers: [colour] },
    { ask: `Which instrument does ${friend} play?`, answers: [instrument] },
    { ask: `On which day of the week do ${name} and ${friend} meet?`, answers: [day, `${day}s`] },
    { ask: `How many crowns did the boat cost?`, answers: [price] },
    { ask: `What is ${name}'s trade?`, answers: [trade] },
    {
      ask: `Which animal or animals does ${name} share the house with?`,
      answers: [noun.at(-1)!, noun.join(' ')],
    },
  ];
  const unknown: readonly string[] = [
    `What is ${friend}'s surname?`,
    `How old is ${name}?`,
    `What did ${name} study at school?`,
    `What is the name of the boat?`,
    `Who owned the boat before?`,
    `How many rooms does the house have?`,
    `In which street does ${name} live?`,
    `What is ${friend}'s favourite food?`,
  ];
  const asked = rng.shuffled(known).slice(0, ANSWERED);
  const untold = rng.shuffled(unknown).slice(0, UNANSWERED);
  return { text, questions: [...asked, ...untold.map((ask) => ({ ask, answers: [] }))] };
}

export function reading(): Sample[] {
  const rng = new MersenneTwister(701);
  return Array.from({ length: TEXTS }, (_, at) => ({ at, ...passage(rng) })).flatMap(
    ({ at, text, questions }) =>
      questions.map(({ ask, answers }, row): Sample => ({
        id: `text-${at + 1}-${row + 1}`,
        prompt:
          `Read the text and answer the question in one short sentence. ` +
          `If the text does not say, answer that it does not say.\n\nText: ${text}\n\nQuestion: ${ask}`,
        ...(answers.length > 0 && { references: answers }),
        cluster: `text-${at + 1}`,
        tags: [answers.length > 0 ? 'answered' : 'unanswered'],
      })),
  );
}
