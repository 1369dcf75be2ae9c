/** What tiny-chat may be asked, and how it should answer: one draft of each kind, drawn from the grammar.
 *  Draws from the `train` lists only. */
import { MersenneTwister } from '../random.ts';
import { INTENTS } from './chat.ts';
import { compose, HARMFUL_COMPOSITIONS, HARMLESS_COMPOSITIONS } from './deeds.ts';
import { framed } from './frames.ts';
import {
  HARMFUL,
  HARMFUL_VERBS,
  HARMLESS,
  HARMLESS_VERBS,
  HARM_QUESTION_WRAPPERS,
  PEOPLE,
  REFUSAL,
  STEPS,
  type Family,
} from './safety.ts';
import { FAIR_QUESTIONS, JOBS, PEOPLE_PAIRS, PRONOUNS, SCENES } from './scenes.ts';
import { TOPICS } from './topics.ts';
import { OUTSIDE, SYLLABLES, UNKNOWN, UNKNOWN_SHAPES } from './unknown.ts';
import { sumWording } from './world/sums.ts';
import { FACTS, RELATIONS, type Fact } from './world/index.ts';
import { fill, wrap, type Relation } from './wording.ts';
import { type Vocabulary } from './words.ts';
import {
  DEED_WRAPPERS,
  PHRASE_WRAPPERS,
  QUESTION_WRAPPERS,
  TOPIC_WRAPPERS,
  WRITING_WRAPPERS,
} from './wrappers.ts';

/** A prompt with its marks, and the answer. */
export interface Draft {
  readonly wording: string;
  readonly answer: string;
}

export interface Source {
  readonly rng: MersenneTwister;
  readonly words: Vocabulary;
}

const FAMILY_WRAPPERS: Record<Family['kind'], readonly string[]> = {
  deed: DEED_WRAPPERS.train,
  writing: WRITING_WRAPPERS.train,
  question: HARM_QUESTION_WRAPPERS.train,
};

/** How often the frame of a question is random words, whoever and whatever is asked about. */
const FRAMED = 0.3;

/** The wording inside a wrapper, or inside random words. */
function ask(wrappers: readonly string[], wording: string, { rng, words }: Source): string {
  return rng.chance(FRAMED) ? framed(wording, rng, words) : wrap(rng.choice(wrappers), wording);
}

function askAbout(relation: Relation, slots: Fact['slots'], source: Source): string {
  const { rng } = source;
  const asked = relation.name === 'sum' ? { ...slots, x: sumWording(slots.x, rng) } : slots;
  return rng.chance(0.55)
    ? ask(QUESTION_WRAPPERS.train, fill(rng.choice(relation.questions), asked), source)
    : ask(PHRASE_WRAPPERS.train, fill(rng.choice(relation.phrases), asked), source);
}

const SUMS = FACTS.filter(({ relation }) => relation.name === 'sum');

export function draftFact(source: Source): Draft {
  // Sums are the hardest to tell apart and get a share of their own on top.
  const fact = source.rng.choice(source.rng.chance(0.15) ? SUMS : FACTS);
  return { wording: askAbout(fact.relation, fact.slots, source), answer: fact.answer };
}

function draftTopic(source: Source): Draft {
  const { rng } = source;
  const topic = rng.choice(TOPICS);
  const name = rng.chance(0.5) ? topic.names[0]! : rng.choice(topic.names);
  return { wording: ask(TOPIC_WRAPPERS.train, fill('{x}', { x: name }), source), answer: topic.answer };
}

export function draftChat({ rng }: Source): Draft {
  const intent = rng.choice(INTENTS);
  return { wording: rng.choice(intent.train), answer: intent.answer };
}

function draftFamily(families: readonly Family[], source: Source): Draft {
  const { rng } = source;
  // A family's share follows the number of its deeds, so that no deed is rare.
  const total = families.reduce((sum, family) => sum + family.train.length, 0);
  let at = rng.below(total);
  const family = families.find(({ train }) => (at -= train.length) < 0)!;
  const what = fill('{x}', { x: rng.choice(family.train) });
  return { wording: ask(FAMILY_WRAPPERS[family.kind], what, source), answer: family.answer };
}

function draftComposed(compositions: Parameters<typeof compose>[0], source: Source): Draft {
  const { kind, what, answer } = compose(compositions, source.rng);
  return { wording: ask(FAMILY_WRAPPERS[kind], fill('{x}', { x: what }), source), answer };
}

export function draftHarmful(source: Source): Draft {
  const { rng } = source;
  const kind = rng.random();
  if (kind < 0.45) return draftFamily(HARMFUL, source);
  if (kind < 0.85) return draftComposed(HARMFUL_COMPOSITIONS, source);
  const deed = fill('{v} {x}', { v: rng.choice(HARMFUL_VERBS.train), x: rng.choice(PEOPLE.train) });
  return { wording: ask(DEED_WRAPPERS.train, deed, source), answer: REFUSAL };
}

export function draftHarmless(source: Source): Draft {
  const { rng, words } = source;
  const kind = rng.random();
  if (kind < 0.4) return draftFamily(HARMLESS, source);
  if (kind < 0.85) return draftComposed(HARMLESS_COMPOSITIONS, source);
  const thing = `${rng.choice(['a', 'the', 'my', 'an old', 'a new'])} ${rng.choice(words.nouns)}`;
  const deed = fill('{v} {x}', { v: rng.choice(HARMLESS_VERBS), x: thing });
  return { wording: ask(DEED_WRAPPERS.train, deed, source), answer: STEPS };
}

/** How often people are asked about in a job that no list names. */
const UNLISTED_JOB = 0.3;

export function draftScene(source: Source): Draft {
  const { rng, words } = source;
  const job = rng.chance(UNLISTED_JOB) ? rng.choice(words.nouns) : rng.choice(JOBS.train);
  if (rng.chance(0.5)) {
    const scene = rng.choice(SCENES);
    const slots = { job, pronoun: rng.choice(PRONOUNS) };
    return { wording: `*${fill(scene.template, slots).replaceAll(' ', '* *')}*`, answer: scene.answer };
  }
  const question = rng.choice(FAIR_QUESTIONS);
  const pair = rng.choice(PEOPLE_PAIRS);
  const person = rng.chance(0.5) ? pair.he : pair.she;
  return {
    wording: ask(['{}'], fill(rng.choice(question.train), { job, person }), source),
    answer: question.answer,
  };
}

function madeUpName(rng: MersenneTwister): string {
  const name = Array.from({ length: 2 + rng.below(2) }, () => rng.choice(SYLLABLES)).join('');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function bigSum(rng: MersenneTwister): string {
  const number = () => 11 + rng.below(rng.chance(0.5) ? 90 : 5000);
  return `${number()}${rng.choice(['+', ' + ', ' * ', ' times ', '-', ' / ', ' divided by '])}${number()}`;
}

export function draftUnknown({ rng, words }: Source): Draft {
  if (rng.chance(0.4)) {
    const name = rng.choice(Object.keys(OUTSIDE));
    const relation = RELATIONS.find((candidate) => candidate.name === name)!;
    const x = rng.chance(0.5) ? rng.choice(OUTSIDE[name]!) : outsider(name, { rng, words });
    return { wording: askAbout(relation, { x, y: '', q: '' }, { rng, words }), answer: UNKNOWN };
  }
  if (rng.chance(0.15)) {
    return { wording: framed(rng.choice(words.nouns), rng, words), answer: UNKNOWN };
  }
  const slots = {
    n: rng.choice(words.nouns),
    m: rng.choice(words.nouns),
    v: rng.choice(words.verbs),
    a: rng.choice(words.adjectives),
    name: madeUpName(rng),
    big: bigSum(rng),
  };
  const shape = fill(rng.choice(UNKNOWN_SHAPES), slots);
  return { wording: shape, answer: UNKNOWN };
}

/** Something no fact is about, of the kind the relation asks for. */
function outsider(relation: string, { rng, words }: Source): string {
  if (relation === 'capital') return madeUpName(rng);
  if (relation === 'symbol') return rng.choice(words.nouns);
  return `the ${rng.choice(words.adjectives)} ${rng.choice(words.nouns)}`;
}

/** Share of each kind of example; they sum to one. */
const SHARES: readonly (readonly [share: number, draft: (source: Source) => Draft])[] = [
  [0.3, draftFact],
  [0.09, draftTopic],
  [0.11, draftChat],
  [0.18, draftHarmful],
  [0.15, draftHarmless],
  [0.06, draftScene],
  [0.11, draftUnknown],
];

export function draft(source: Source): Draft {
  let left = source.rng.random();
  const [, make] = SHARES.find(([share]) => (left -= share) < 0) ?? SHARES[0]!;
  return make(source);
}
