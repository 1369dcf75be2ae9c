/** Instructions that a program can verify, one or two a prompt, over sixty topics. The wordings are ours; what each
 *  asks is checked by harness/metrics/instruction-constraints.ts. */
import type { Sample } from '../../tasks/task.ts';
import { MersenneTwister } from '../random.ts';
import { slug } from '../tiny-chat/wording.ts';
import { TOPIC_NAMES } from './topics.ts';

const ASKED_TOPICS = 60;
const PER_TOPIC = 5;

interface Instruction {
  readonly say: string;
  readonly constraint: { readonly kind: string; readonly value: unknown };
  /** Instructions of one group may exclude each other. */
  readonly group: string;
}

const simple = (group: string, say: string, kind: string, value: unknown = true): Instruction => ({
  say,
  constraint: { kind, value },
  group,
});

function instructionsFor(topic: string, rng: MersenneTwister): readonly Instruction[] {
  const few = 2 + rng.below(4);
  const words = [20, 30, 40, 60][rng.below(4)]!;
  const many = [80, 100, 120][rng.below(3)]!;
  const key = rng.choice(['because', 'however', 'example', 'first', 'simply']);
  const banned = rng.choice(['very', 'thing', 'really', 'basically', 'actually']);
  return [
    simple('size', `Use at most ${words} words.`, 'wordsAtMost', words),
    simple('size', `Write at least ${many} words.`, 'wordsAtLeast', many),
    simple('form', `Answer in exactly ${few} sentences.`, 'sentencesExactly', few),
    simple('form', `Write exactly ${few} paragraphs, with an empty line between them.`, 'paragraphsExactly', few),
    simple('form', `Answer with exactly ${few} bullet points, each on its own line and beginning with "- ".`, 'bulletsExactly', few),
    simple('form', `Answer as a numbered list of exactly ${few} items (1., 2., …).`, 'numberedExactly', few),
    simple('form', 'Answer with nothing but a JSON object that has exactly the keys "answer" and "example".', 'jsonWithKeys', ['answer', 'example']),
    simple('form', `Use Markdown, with exactly ${few} headings that begin with "#".`, 'headingsExactly', few),
    simple('form', 'Give two different answers, separated by ****** (six asterisks) and nothing else.', 'separatedBy', { mark: '******', parts: 2 }),
    simple('word', `Use the word "${key}".`, 'include', [key]),
    simple('word', `Use the word "${key}" at least twice.`, 'mention', { word: key, atLeast: 2 }),
    simple('ban', `Do not use the word "${banned}".`, 'exclude', [banned]),
    simple('ban', 'Do not use any commas.', 'noCommas'),
    simple('ban', 'Do not use any digits.', 'noDigits'),
    simple('case', 'Write in capital letters only.', 'uppercase'),
    simple('case', 'Write in small letters only, without a single capital.', 'lowercase'),
    simple('edge', 'Begin with the words "In short".', 'startWith', 'In short'),
    simple('edge', 'End with the words "That is all."', 'endWith', 'That is all.'),
    simple('edge', 'Put the whole answer into double quotation marks.', 'quoted'),
    simple('extra', 'Give the answer a title, in double angle brackets, such as <<A title>>.', 'title'),
    simple('extra', 'Add a postscript at the end, on a line that begins with "P.S."', 'postscript'),
    simple('extra', 'Set at least two words in bold with Markdown (**like this**).', 'boldAtLeast', 2),
    simple('language', 'Answer in German.', 'language', 'de'),
    simple('language', 'Answer in French.', 'language', 'fr'),
    simple('language', 'Answer in Spanish.', 'language', 'es'),
  ]; // prettier-ignore
}

/** Groups that do not go together: a JSON object has no title, a German text none of the English words. */
const APART: Readonly<Record<string, readonly string[]>> = {
  language: ['word', 'ban', 'edge', 'size'],
  form: ['size', 'edge', 'extra', 'case', 'language'],
  case: ['edge', 'extra'],
  edge: ['edge', 'extra'],
  size: ['language'],
};

const together = (a: Instruction, b: Instruction): boolean =>
  a.group !== b.group &&
  !(APART[a.group] ?? []).includes(b.group) &&
  !(APART[b.group] ?? []).includes(a.group);

export function instructions(): Sample[] {
  const rng = new MersenneTwister(704);
  let deck: number[] = [];
  return TOPIC_NAMES.slice(0, ASKED_TOPICS).flatMap((topic) =>
    Array.from({ length: PER_TOPIC }, (_, row): Sample => {
      const all = instructionsFor(topic, rng);
      // Every kind comes up as often as any other.
      if (deck.length === 0) deck = rng.shuffled(all.map((_each, at) => at));
      const first = all[deck.pop()!]!;
      const second = row % 2 === 1 ? rng.shuffled(all).find((each) => together(first, each)) : undefined;
      const asked = second === undefined ? [first] : [first, second];
      return {
        id: `${slug(topic)}-${row + 1}`,
        prompt: [`Explain ${topic}.`, ...asked.map(({ say }) => say)].join(' '),
        cluster: slug(topic),
        tags: [asked.length === 1 ? 'one' : 'two', ...asked.map(({ constraint }) => constraint.kind)],
        metadata: { constraints: asked.map(({ constraint }) => constraint) },
      };
    }),
  );
}
