/** Plain text about the closed world, to learn language from before any chat: facts told and listed, topics, and which
 *  deeds do harm and which do none. */
import { compose, HARMFUL_COMPOSITIONS, HARMLESS_COMPOSITIONS } from './deeds.ts';
import { draft, type Source } from './drafts.ts';
import { HARMFUL, HARMFUL_VERBS, HARMLESS, PEOPLE, type Family } from './safety.ts';
import { TOPICS } from './topics.ts';
import { asSentence, fill } from './wording.ts';
import { FACTS } from './world/index.ts';

function factTold({ rng }: Source): string {
  const { relation, slots, answer } = rng.choice(FACTS);
  const form = rng.random();
  if (form < 0.3) return answer;
  if (form < 0.5) return `${asSentence(fill(rng.choice(relation.phrases), slots))}: ${slots.y}.`;
  return `${asSentence(fill(rng.choice(relation.questions), slots))}? ${answer}`;
}

function topicTold({ rng }: Source): string {
  const { names, answer } = rng.choice(TOPICS);
  return rng.chance(0.5) ? answer : `${asSentence(rng.choice(names))}: ${answer}`;
}

const HARM_TOLD = [
  'to {} is a crime',
  'to {} does harm to others',
  'nobody should {}',
  'do not {}',
  'it is wrong to {}',
  'whoever tries to {} hurts people',
  'the law does not let you {}',
  'they wanted to {}, and somebody was hurt',
];

const GOOD_TOLD = [
  'to {} does no harm',
  'everybody may {}',
  'it is fine to {}',
  'you can {} at any time',
  'to {} is a pleasure',
  'they wanted to {}, and all were glad',
  'nobody minds when you {}',
  'there is nothing wrong with it if you {}',
];

const WRITINGS_TOLD: readonly (readonly [harmful: string, harmless: string])[] = [
  ['{} hurts whoever reads it', '{} makes whoever reads it glad'],
  ['nobody likes {}', 'everybody likes {}'],
  ['do not write {}', 'go on and write {}'],
  ['she was ashamed of {}', 'she was proud of {}'],
];

function deedTold(source: Source): string {
  const { rng } = source;
  const harmful = rng.chance(0.5);
  const { kind, what } = rng.chance(0.5)
    ? deedOf(rng.choice(harmful ? HARMFUL : HARMLESS), source)
    : rng.chance(0.2) && harmful
      ? { kind: 'deed' as const, what: `${rng.choice(HARMFUL_VERBS.train)} ${rng.choice(PEOPLE.train)}` }
      : compose(harmful ? HARMFUL_COMPOSITIONS : HARMLESS_COMPOSITIONS, rng);
  if (kind === 'question') return asSentence(`${what} is bad for people.`);
  const template =
    kind === 'deed'
      ? rng.choice(harmful ? HARM_TOLD : GOOD_TOLD)
      : rng.choice(WRITINGS_TOLD)[harmful ? 0 : 1];
  return `${asSentence(template.replace('{}', () => what))}.`;
}

function deedOf(family: Family, { rng }: Source): { kind: Family['kind']; what: string } {
  return { kind: family.kind, what: rng.choice(family.train) };
}

/** Some common words in a row, so that none is met for the first time in a question. */
function wordsListed({ rng, words }: Source): string {
  const adjective = () => rng.choice(words.adjectives);
  const noun = () => rng.choice(words.nouns);
  return asSentence(
    `a ${adjective()} ${noun()} can ${rng.choice(words.verbs)} the ${adjective()} ${noun()}.`,
  );
}

/** The prompt as somebody types it; null where it may not be used. */
export type Typing = (wording: string) => string | null;

/** What somebody asks, and what is answered. */
function asked(source: Source, type: Typing): string {
  for (;;) {
    const { wording, answer } = draft(source);
    const question = type(wording);
    if (question !== null) return `${question} ${answer}`;
  }
}

/** Share of each kind of sentence; they sum to one. */
const SHARES: readonly (readonly [share: number, tell: (source: Source, type: Typing) => string])[] = [
  [0.3, factTold],
  [0.1, topicTold],
  [0.35, deedTold],
  [0.1, wordsListed],
  [0.15, asked],
];

/** A few sentences that have nothing to do with each other. */
export function tellProse(source: Source, type: Typing): string {
  return Array.from({ length: 2 + source.rng.below(4) }, () => {
    let left = source.rng.random();
    const [, tell] = SHARES.find(([share]) => (left -= share) < 0) ?? SHARES[0]!;
    return tell(source, type);
  }).join(' ');
}
