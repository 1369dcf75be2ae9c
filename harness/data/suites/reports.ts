/** Reports to be summarised: invented local news of seven sentences, three of which carry what a summary must keep. */
import type { Sample } from '../../tasks/task.ts';
import { MersenneTwister } from '../random.ts';
import { fillPlain } from '../tiny-chat/wording.ts';
import { FIRST_NAMES, TOWNS, WEEKDAYS } from './words.ts';

const REPORTS = 200;

/** What happened, how a report opens, and where it can have happened. */
const EVENTS = [
  ['flood', ['A flood closed the {place} in {town} on {day}.', 'On {day}, the {place} in {town} had to close because of a flood.'], ['bridge', 'school', 'market hall', 'railway line']],
  ['fire', ['A fire damaged the {place} in {town} on {day}.', 'The {place} in {town} was damaged by a fire on {day}.'], ['library', 'theatre', 'bakery', 'town hall']],
  ['strike', ['A strike stopped work at the {place} in {town} on {day}.', 'Work at the {place} in {town} stood still on {day}, when a strike began.'], ['harbour', 'factory', 'hospital kitchen', 'brewery']],
  ['festival', ['A festival filled the {place} in {town} on {day}.', 'In {town}, the {place} was the scene of a festival on {day}.'], ['castle park', 'riverside', 'old square', 'stadium']],
  ['storm', ['A storm tore the roof off the {place} in {town} on {day}.', 'On {day}, the {place} in {town} lost its roof in a storm.'], ['sports hall', 'post office', 'water mill', 'bus depot']],
  ['power cut', ['A power cut left the {place} in {town} in the dark on {day}.', 'The {place} in {town} was without light on {day} after a power cut.'], ['museum', 'cinema', 'clinic', 'ice rink']],
  ['auction', ['An auction at the {place} in {town} drew bidders from far away on {day}.', 'Bidders from far away came to the {place} in {town} on {day} for an auction.'], ['manor house', 'corn exchange', 'cattle market', 'old chapel']],
  ['protest', ['A protest blocked the {place} in {town} on {day}.', 'On {day}, the {place} in {town} was blocked by a protest.'], ['ring road', 'ferry landing', 'tram line', 'quarry gate']],
] as const; // prettier-ignore

const COUNTS = [
  'About {people} people were affected.',
  'Those in charge put the number of people affected at {people}.',
  'It touched the lives of roughly {people} residents.',
  'In all, {people} persons were counted.',
] as const;

const COSTS = [
  'Mayor {mayor} said that the town would spend {amount} crowns on it.',
  'According to Mayor {mayor}, {amount} crowns have been set aside.',
  'The council, led by Mayor {mayor}, approved {amount} crowns the same evening.',
  '"We will pay {amount} crowns," said Mayor {mayor}.',
] as const;

const FILLERS = [
  'The weather was mild and the streets were quiet in the morning.',
  'Several neighbours brought tea and sandwiches.',
  'A dog that had run off in the noise was found two streets away.',
  'The local paper printed a photograph on its second page.',
  'Some visitors had come by bicycle.',
  'The church bells rang at noon as they always do.',
  'A school class watched from behind a rope.',
  'The bus company asked its passengers to be patient.',
  'An old man remembered something like it from his youth.',
  'Two radio reporters stood in the rain for most of the day.',
  'The bakery next door sold more rolls than usual.',
  'A band that had planned to play there moved to the school yard.',
  'Nobody could say how long it would be talked about.',
  'The swans on the pond did not seem to mind.',
  'By evening the street sweepers had done their work.',
  'A lost umbrella was handed in at the police station.',
] as const;

export function summaries(): Sample[] {
  const rng = new MersenneTwister(702);
  return Array.from({ length: REPORTS }, (_, at): Sample => {
    const [event, openings, places] = EVENTS[at % EVENTS.length]!;
    const slots = {
      place: rng.choice<string>(places),
      town: TOWNS[at % TOWNS.length]!,
      day: rng.choice(WEEKDAYS),
      mayor: rng.choice(FIRST_NAMES),
      amount: ((2 + rng.below(97)) * 1000).toLocaleString('en-US'),
      people: String(30 + rng.below(900)),
    };
    const { place, town, mayor, amount, people } = slots;
    const fillers = rng.shuffled(FILLERS);
    const report = [
      fillPlain(rng.choice(openings), slots),
      fillers[0]!,
      fillPlain(rng.choice(COUNTS), slots),
      fillers[1]!,
      fillPlain(rng.choice(COSTS), slots),
      fillers[2]!,
      fillers[3]!,
    ].join(' ');
    return {
      id: `report-${at + 1}`,
      prompt: `Summarise this report in at most two sentences.\n\n${report}`,
      references: [
        `${/^[ao]/.test(event) ? 'An' : 'A'} ${event} hit the ${place} in ${town} and affected about ${people} people; the mayor announced ${amount} crowns.`,
      ],
      cluster: `report-${at + 1}`,
      tags: [event],
      // Each point by any of its words; numbers that the report does not have are invented.
      metadata: {
        points: [[place], [town], [event], [people, amount, mayor]],
        source: report,
        atMostWords: 60,
      },
    };
  });
}
