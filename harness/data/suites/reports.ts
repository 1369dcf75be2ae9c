/** Reports to be summarised: invented local news of seven sentences, three of which carry what a summary must keep. */
import type { Sample } from '../../tasks/task.ts';
import { MersenneTwister } from '../random.ts';
import { FIRST_NAMES, TOWNS, WEEKDAYS } from './words.ts';

const REPORTS = 60;

const EVENTS = [
  ['flood', 'A flood closed the {place} in {town} on {day}.', ['bridge', 'school', 'market hall', 'railway line']],
  ['fire', 'A fire damaged the {place} in {town} on {day}.', ['library', 'theatre', 'bakery', 'town hall']],
  ['strike', 'A strike stopped work at the {place} in {town} on {day}.', ['harbour', 'factory', 'hospital kitchen', 'brewery']],
  ['festival', 'A festival filled the {place} in {town} on {day}.', ['castle park', 'riverside', 'old square', 'stadium']],
] as const; // prettier-ignore

const FILLERS = [
  'The weather was mild and the streets were quiet in the morning.',
  'Several neighbours brought tea and sandwiches.',
  'A dog that had run off in the noise was found two streets away.',
  'The local paper printed a photograph on its second page.',
  'Some visitors had come by bicycle.',
  'The church bells rang at noon as they always do.',
] as const;

export function summaries(): Sample[] {
  const rng = new MersenneTwister(702);
  return Array.from({ length: REPORTS }, (_, at): Sample => {
    const [event, opening, places] = EVENTS[at % EVENTS.length]!;
    const town = TOWNS[at % TOWNS.length]!;
    const place = rng.choice(places);
    const day = rng.choice(WEEKDAYS);
    const mayor = rng.choice(FIRST_NAMES);
    const cost = (2 + rng.below(97)) * 1000;
    const people = 30 + rng.below(900);
    const fillers = rng.shuffled(FILLERS);
    const amount = cost.toLocaleString('en-US');
    const report = [
      opening.replace('{place}', place).replace('{town}', town).replace('{day}', day),
      fillers[0]!,
      `About ${people} people were affected.`,
      fillers[1]!,
      `Mayor ${mayor} said that the town would spend ${amount} crowns on it.`,
      fillers[2]!,
      fillers[3]!,
    ].join(' ');
    return {
      id: `report-${at + 1}`,
      prompt: `Summarise this report in at most two sentences.\n\n${report}`,
      references: [
        `A ${event} hit the ${place} in ${town} and affected about ${people} people; the mayor announced ${amount} crowns.`,
      ],
      cluster: `report-${at + 1}`,
      tags: [event],
      // Each point by any of its words; numbers that the report does not have are invented.
      metadata: {
        points: [[place], [town], [event], [String(people), amount, mayor]],
        source: report,
        atMostWords: 60,
      },
    };
  });
}
