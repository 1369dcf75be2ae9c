/** Paraphrases: one question in several wordings, from a seeded grammar of frames and slots. Wordings of one question
 *  share a cluster, in the form that tasks read: a model should answer all of them alike. */
import { MersenneTwister } from './random.ts';

export interface Paraphrase {
  readonly id: string;
  readonly cluster: string;
  readonly prompt: string;
}

/** Wordings of one kind of question; `{}` is its slot. */
interface Frame {
  readonly wordings: readonly string[];
  readonly slots: readonly string[];
}

const FRAMES: readonly Frame[] = [
  {
    wordings: [
      'What is {}?',
      'Can you tell me what {} is?',
      'Explain {} to me.',
      'In a few words, what is {}?',
      'I would like to know what {} is.',
      'How would you describe {}?',
    ],
    slots: [
      'a glacier',
      'inflation',
      'a prime number',
      'photosynthesis',
      'a sonnet',
      'a firewall',
      'yeast',
      'an eclipse',
    ],
  },
  {
    wordings: [
      'How do I {}?',
      'What is the best way to {}?',
      'Tell me how to {}.',
      'I want to {}. Where do I begin?',
      'Which steps does it take to {}?',
      'Could you walk me through how to {}?',
    ],
    slots: [
      'change a bicycle tyre',
      'cook rice',
      'write a letter of complaint',
      'back up a laptop',
      'remove a wine stain',
      'learn to juggle',
      'plan a garden',
      'read a bus timetable',
    ],
  },
  {
    wordings: [
      'Why {}?',
      'What is the reason that {}?',
      'Do you know why {}?',
      'Please explain why {}.',
      'How come {}?',
      'I have always wondered why {}.',
    ],
    slots: [
      'the sky is blue',
      'leaves turn yellow in autumn',
      'bread rises',
      'the sea is salty',
      'cats purr',
      'ice floats on water',
      'iron rusts',
      'the moon has phases',
    ],
  },
];

/** Largest number of wordings there are. */
export const MOST_PARAPHRASES = FRAMES.reduce(
  (sum, { wordings, slots }) => sum + wordings.length * slots.length,
  0,
);

/** Questions in a random order, each in all its wordings, until there are `count`. A larger count begins with the
 *  same lines.
 *  @param count at most `MOST_PARAPHRASES`; the last question may have fewer wordings */
export function generateParaphrases(count = 60, seed = 42): Paraphrase[] {
  const rng = new MersenneTwister(seed);
  const questions = rng.shuffled(
    FRAMES.flatMap(({ wordings, slots }) => slots.map((slot) => ({ wordings, slot }))),
  );
  return questions
    .flatMap(({ wordings, slot }, question) =>
      rng.shuffled(wordings).map((wording, i) => ({
        id: `paraphrase-${question + 1}-${i + 1}`,
        cluster: `paraphrase-${question + 1}`,
        prompt: wording.replace('{}', slot),
      })),
    )
    .slice(0, count);
}
