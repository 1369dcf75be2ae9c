/** Two hundred things that any general model can explain, each with words of which a good explanation uses some:
 *  topics.json. */
import type { Sample } from '../../tasks/task.ts';
import { slug } from '../tiny-chat/wording.ts';
import words from './topics.json' with { type: 'json' };

const topicWords: Readonly<Record<string, readonly string[]>> = words;

export const TOPIC_NAMES: readonly string[] = Object.keys(topicWords);

export function topics(): Sample[] {
  return TOPIC_NAMES.map((topic, at) => ({
    id: slug(topic),
    prompt: `Explain ${topic}.`,
    cluster: slug(topic),
    // What a model that does not read the question would as soon have answered.
    metadata: {
      topic,
      keywords: topicWords[topic]!,
      other: TOPIC_NAMES[(at + 29) % TOPIC_NAMES.length]!,
    },
  }));
}
