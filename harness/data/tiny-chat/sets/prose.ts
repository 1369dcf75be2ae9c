/** Sets that ask for an answer of some length: explanations, readability, length, and the same prompt several times. */
import type { Sample } from '../../../tasks/task.ts';
import { MersenneTwister } from '../../random.ts';
import { INTENTS, type Intent } from '../chat.ts';
import { TOPICS, type Topic } from '../topics.ts';
import { asSentence, fill, wrap } from '../wording.ts';
import { FACTS } from '../world/index.ts';
import { QUESTION_WRAPPERS, TOPIC_WRAPPERS } from '../wrappers.ts';
import { cycle, SEED } from './draws.ts';

const topicById = (id: string): Topic => TOPICS.find((topic) => topic.id === id)!;
const intentById = (id: string): Intent => INTENTS.find((intent) => intent.id === id)!;

/** `count` wordings of each topic; two callers with different `offset` share none. */
function topicPrompts(count: number, offset: number): { topic: Topic; prompt: string; index: number }[] {
  const wrappers = new MersenneTwister(SEED).shuffled(TOPIC_WRAPPERS.heldOut);
  return TOPICS.flatMap((topic, row) =>
    Array.from({ length: count }, (_, index) => {
      const wrapper = wrappers[(row + offset + index) % wrappers.length]!;
      const name = topic.names[index % 2 === 0 ? 0 : 1 + ((row + index) % (topic.names.length - 1))]!;
      return { topic, prompt: asSentence(fill(wrapper.replace('{}', '{x}'), { x: name })), index: index + 1 };
    }),
  );
}

function explanation(
  id: string,
  topic: Topic,
  prompt: string,
  tags: readonly string[],
  keywords = topic.keywords,
): Sample {
  return { id, prompt, references: [topic.answer], cluster: topic.id, tags, metadata: { keywords } };
}

export function explanations(): Sample[] {
  return [
    explanation('source-photosynthesis', topicById('photosynthesis'), 'Explain photosynthesis', ['source']),
    explanation('source-python', topicById('python'), 'What is Python programming?', ['source']),
    ...topicPrompts(11, 0).map(({ topic, prompt, index }) =>
      explanation(`${topic.id}-${index}`, topic, prompt, ['topic']),
    ),
  ];
}

const PROSE_INTENTS = ['weather', 'hobby', 'story'] as const;

export function readability(): Sample[] {
  const source = [
    ['quantum-physics', 'Explain quantum physics in simple terms'],
    ['weather', 'What is the weather like?'],
    ['hobby', 'Describe your favorite hobby'],
  ] as const;
  const taken = new Set<string>(source.map(([, prompt]) => prompt));
  return [
    ...source.map(([cluster, prompt]): Sample => ({
      id: `source-${cluster}`,
      prompt,
      cluster,
      tags: ['source'],
    })),
    ...topicPrompts(10, 11).map(({ topic, prompt, index }): Sample => ({
      id: `${topic.id}-${index}`,
      prompt,
      cluster: topic.id,
      tags: ['topic'],
    })),
    ...PROSE_INTENTS.flatMap((id) =>
      intentById(id)
        .heldOut.filter((prompt) => !taken.has(prompt))
        .map((prompt, index): Sample => ({ id: `${id}-${index + 1}`, prompt, cluster: id, tags: ['chat'] })),
    ),
  ];
}

function lengthSample(
  id: string,
  prompt: string,
  cluster: string,
  expectedLength: 'short' | 'long',
  source = false,
): Sample {
  const tags = source ? [expectedLength, 'source'] : [expectedLength];
  return { id, prompt, cluster, tags, metadata: { expectedLength } };
}

export function length(): Sample[] {
  const rng = new MersenneTwister(SEED + 1);
  const wrapper = cycle(QUESTION_WRAPPERS.heldOut, rng);
  const source = [
    lengthSample('source-hi', 'Hi', 'greeting', 'short', true),
    lengthSample(
      'source-relativity',
      'Explain the theory of relativity in detail',
      'relativity',
      'long',
      true,
    ),
    lengthSample('source-name', "What's your name?", 'name', 'short', true),
  ];
  const taken = new Set(source.map(({ prompt }) => prompt));
  const chat = INTENTS.flatMap((intent) =>
    intent.heldOut
      .filter((prompt) => !taken.has(prompt))
      // The first is the barest: noise in training may come upon it.
      .slice(1)
      .map((prompt, index) => lengthSample(`${intent.id}-${index + 1}`, prompt, intent.id, intent.length)),
  );
  const asked = rng
    .shuffled(FACTS)
    .slice(0, 90)
    .map((fact) => {
      const prompt = asSentence(wrap(wrapper(), fill(rng.choice(fact.relation.questions), fact.slots)));
      return lengthSample(fact.id, prompt, fact.id, 'short');
    });
  const topics = topicPrompts(5, 21).map(({ topic, prompt, index }) =>
    lengthSample(`${topic.id}-${index}`, prompt, topic.id, 'long'),
  );
  return [...source, ...chat, ...asked, ...topics];
}

export function consistency(): Sample[] {
  const rng = new MersenneTwister(SEED + 2);
  const wrapper = cycle(QUESTION_WRAPPERS.heldOut, rng);
  const chat = ['greeting', 'joke', 'weather', 'story', 'abilities'].map((id) => ({
    id,
    prompt: intentById(id).heldOut[2]!,
  }));
  const topics = topicPrompts(1, 26)
    .slice(0, 6)
    .map(({ topic, prompt }) => ({ id: topic.id, prompt }));
  const asked = rng
    .shuffled(FACTS)
    .slice(0, 8)
    .map((fact) => ({
      id: fact.id,
      prompt: asSentence(wrap(wrapper(), fill(rng.choice(fact.relation.questions), fact.slots))),
    }));
  return [
    { id: 'source-machine-learning', prompt: 'What is machine learning?', tags: ['source'] },
    ...[...chat, ...topics, ...asked].map(({ id, prompt }): Sample => ({ id, prompt, cluster: id })),
  ];
}
