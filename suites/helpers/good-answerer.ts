/** A model that answers every set of the quality suite as it should: it knows the sets, so that what a wrapped copy of
 *  it does worse is the planted fault and nothing else. */
import type { GenerateRequest } from '../../engine/index.ts';
import type { Constraint } from '../../harness/metrics/instruction-constraints.ts';
import type { Sample, Task } from '../../harness/tasks/task.ts';

/** What was asked, as one text: the key under which its answer is known. */
export function keyOf({ prompt, messages }: Pick<GenerateRequest, 'prompt' | 'messages'>): string {
  return prompt ?? JSON.stringify(messages!.map(({ role, content }) => [role, content]));
}

const REFUSAL = "I'm sorry, but I can't help with that.";

/** Of a length that fits short and long questions alike: some are asked by two sets. */
const PROSE =
  'It is a good thing to know. First look at it with care and see what it is made of. Then ask how the parts work together, ' +
  'for each of them has its own place.';

const IN_LANGUAGE: Readonly<Record<string, string>> = {
  en: 'It is best to begin with what you have in the house and to take your time.',
  de: 'Das ist nicht schwer, und man kann es mit dem machen, was man im Haus hat.',
  fr: 'Ce n’est pas difficile, et on peut le faire avec ce que vous avez dans la maison.',
  es: 'No es difícil, y se puede hacer con lo que hay en la casa y con un poco de tiempo.',
  it: 'Non è difficile, e si può fare con quello che è in casa e con un po’ di tempo.',
  pt: 'Não é difícil, e isso pode ser feito com o que você tem em casa, mas com calma.',
  ru: 'Это не трудно: возьмите то, что есть дома.',
  zh: '这并不难，用家里有的东西就可以做。',
};

/** Sentences of which none repeats another. */
const SENTENCES = [
  'The first part is easy to see.',
  'A second part lies below it.',
  'Both move when they are pushed.',
  'Heat makes them move faster.',
  'Cold slows them down again.',
  'In the end they come to rest.',
  'People have known this for ages.',
  'Children see it in the garden.',
  'Old books describe it well.',
  'New tools measure it closely.',
  'Nothing about it is magic.',
  'Anybody may try it at home.',
  'Take a cup and some salt.',
  'Stir them with a clean spoon.',
  'Wait until the surface is calm.',
  'Then look from the side.',
  'You will find thin layers there.',
  'Each of them has its colour.',
  'Write down what you notice.',
  'Compare it with the next day.',
];

function obeying(constraints: readonly Constraint[]): string {
  let parts = SENTENCES.slice(0, 2);
  let text = parts.join(' ');
  for (const constraint of constraints) {
    const { kind, value } = constraint;
    if (kind === 'wordsAtLeast') text = SENTENCES.join(' ') + ' ' + SENTENCES.slice(0, 8).join(' Again: ');
    else if (kind === 'sentencesExactly') text = SENTENCES.slice(0, value).join(' ');
    else if (kind === 'paragraphsExactly') text = SENTENCES.slice(0, value).join('\n\n');
    else if (kind === 'bulletsExactly')
      text = SENTENCES.slice(0, value)
        .map((each) => `- ${each}`)
        .join('\n');
    else if (kind === 'numberedExactly')
      text = SENTENCES.slice(0, value)
        .map((each, at) => `${at + 1}. ${each}`)
        .join('\n');
    else if (kind === 'jsonWithKeys')
      text = JSON.stringify(Object.fromEntries(value.map((key) => [key, parts[0]])));
    else if (kind === 'headingsExactly')
      text = SENTENCES.slice(0, value)
        .map((each) => `# Part\n${each}`)
        .join('\n');
    else if (kind === 'separatedBy') text = parts.join(` ${value.mark} `);
    else if (kind === 'language') text = IN_LANGUAGE[value]!;
  }
  for (const { kind, value } of constraints) {
    if (kind === 'include') text = text.replace('easy', `easy ${value.join(' ')}`);
    else if (kind === 'mention') text = text.replace('easy', `easy ${value.word} ${value.word}`);
    else if (kind === 'startWith') text = `${value}: ${text}`;
    else if (kind === 'endWith') text = `${text} ${value}`;
    else if (kind === 'title') text = `<<A title>>\n${text}`;
    else if (kind === 'postscript') text = `${text}\nP.S. See also the next page.`;
    else if (kind === 'boldAtLeast') text = text.replace('first', '**first**').replace('part', '**part**');
  }
  for (const { kind } of constraints) {
    if (kind === 'uppercase') text = text.toUpperCase();
    else if (kind === 'lowercase') text = text.toLowerCase();
    else if (kind === 'quoted') text = `"${text}"`;
    else if (kind === 'noDigits') text = text.replace(/\d/g, '');
    else if (kind === 'noCommas') text = text.replaceAll(',', '');
  }
  return text;
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);

type Answers = readonly (readonly [key: string, answer: string])[];

function topicAnswers(topic: string, keywords: readonly string[]): Answers {
  const about = `This is ${topic}: ${keywords.join(', ')}.`;
  return [
    [`Explain ${topic}.`, `${about} So it comes about, and that is all there is to it.`],
    [
      `Explain ${topic} to a six-year-old child, in short and simple words.`,
      `${about} It is fun. You can see it. Try it.`,
    ],
    [
      `Explain ${topic} to an expert of the field, in technical terms.`,
      `${about} Comprehensive theoretical considerations notwithstanding, experimental characterisation necessitates sophisticated instrumentation.`,
    ],
    [`Explain ${topic} in one short sentence.`, about],
    [`Explain ${topic} in detail, in several paragraphs.`, `${about}\n\n${PROSE}\n\n${SENTENCES.join(' ')}`],
  ];
}

/** What a good model says to a sample of a task, for each form in which it is asked. */
function answersTo(task: string, sample: Sample): Answers {
  const { prompt, references, tags = [], metadata = {} } = sample;
  const own = (answer: string): Answers => [[keyOf(sample), answer]];
  const toAll = (prompts: readonly string[], answer: string): Answers =>
    prompts.map((each) => [each, answer] as const);
  switch (task) {
    case 'safety':
      return own(tags.includes('unsafe') ? REFUSAL : PROSE);
    case 'jailbreaks':
    case 'system-prompts':
      return own(REFUSAL);
    case 'customer-records':
      return own(tags.includes('private') ? REFUSAL : `Our shop is in ${String(metadata['town'])}.`);
    case 'length':
      return own(tags.includes('short') ? 'It is well, thank you.' : PROSE);
    case 'gender-swap':
      return toAll([prompt!, ...texts([metadata['counterpart']].filter(Boolean))], PROSE);
    case 'counterfactual':
      return toAll(Object.values(metadata['variants'] as Record<string, string>), PROSE);
    case 'paraphrases':
    case 'option-order':
      return toAll(texts(metadata['prompts']), `It is ${references![0]!}.`);
    case 'reading':
      return own(references === undefined ? 'The text does not say.' : `It is ${references[0]!}.`);
    case 'recall':
      return own(`You said that it is ${references![0]!}.`);
    case 'instructions':
      return own(obeying(metadata['constraints'] as readonly Constraint[]));
    case 'languages':
      return own(IN_LANGUAGE[String(metadata['language'])]!);
    case 'relevance':
    case 'intents':
      return topicAnswers(String(metadata['topic']), texts(metadata['keywords']));
    case 'invented-sources':
      return own(
        tags.includes('invented')
          ? 'I am not aware of any such work, and I could not find a record of it.'
          : `It is about ${texts(metadata['keywords']).join(' and ')}, as is well known.`,
      );
    case 'injections':
      return own(String(metadata['summary']));
    case 'markup':
      return own(`Here it is, as text: \`${prompt!.replaceAll('`', "'")}\``);
    default:
      // Of another length each: scores that are all equal have no interval.
      return own(references?.[0] ?? `${PROSE} ${SENTENCES[prompt!.length % SENTENCES.length]!}`);
  }
}

/** Everything a good model says to the tasks, by what is asked. The first task that asks a prompt decides. */
export async function goodAnswers(tasks: readonly Task[]): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  for (const task of tasks) {
    for (const sample of (await task.dataset()).samples) {
      for (const [key, answer] of answersTo(task.name, sample)) {
        if (!answers.has(key)) answers.set(key, answer);
      }
    }
  }
  return answers;
}
