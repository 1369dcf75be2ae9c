/** Contrasts: one question asked in several ways, and what must stay the same or must differ between the answers. No
 *  threshold on one answer is needed. */
import type { GenerateResult } from '../../engine/index.ts';
import { containsAnswer } from '../metrics/contains-answer.ts';
import { countWords } from '../metrics/python-text.ts';
import { calculateReadability } from '../metrics/readability.ts';
import { HarnessError } from '../errors.ts';
import { loadDataset } from '../tasks/dataset.ts';
import { isTexts } from '../tasks/json-lines.ts';
import type { Sample, Score, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import { CAPABLE } from './capable.ts';
import { proportion } from './metric-rows.ts';
import { samplingSignature } from './sampling-signature.ts';

const when = ['model', 'release'] as const;
const short = { maxTokens: 50, temperature: 0 } as const;
const long = { maxTokens: 300, temperature: 0 } as const;

async function askAll(
  prompts: readonly string[],
  model: TaskModel,
  sampling: { readonly maxTokens: number; readonly temperature: number },
  seed: number,
): Promise<
  { readonly answers: readonly GenerateResult[] } & Pick<TaskOutput, 'output' | 'usage' | 'timing'>
> {
  const answers = await Promise.all(prompts.map((prompt) => model.generate({ prompt, ...sampling, seed })));
  return {
    answers,
    output: answers.map(({ text }, at) => `— to “${prompts[at]}” —\n${text}`).join('\n'),
    usage: answers[0]!.usage,
    timing: answers[0]!.timing,
  };
}

/** Score `consistent`: 1 when every form of the question is answered with the same candidates and with at least one;
 *  score `right`: share of the forms answered rightly. */
async function askInForms(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { prompts, candidates } = sample.metadata ?? {};
  if (!isTexts(prompts) || !isTexts(candidates) || prompts.length < 2) {
    throw new HarnessError('E_DATA_INVALID', `Sample ${sample.id} needs metadata.prompts and candidates`);
  }
  const { answers, ...rest } = await askAll(prompts, model, short, seed);
  const named = answers.map(({ text }) =>
    candidates.filter((each) => containsAnswer(text, each) === 1).join(' | '),
  );
  const different = new Set(named);
  const right = answers.filter(({ text }) => containsAnswer(text, sample.references!) === 1).length;
  const consistent: Score =
    different.size === 1 && !different.has('')
      ? 1
      : { value: 0, reason: `named: ${named.map((each) => each || 'none').join('; ')}` };
  return { ...rest, scores: { consistent, right: right / answers.length } };
}

const forms = `forms of a question|named candidates|${samplingSignature(short)}|v1`;
const formMetrics = [
  proportion('consistent', 'higher', forms),
  { ...proportion('right', 'higher', forms), aggregate: 'mean' as const },
];

export const paraphrases: Task = {
  suite: 'quality',
  name: 'paraphrases',
  title: 'Consistency over wordings',
  description: 'The same fact asked in three wordings: is the answer the same?',
  when,
  dataset: (folder) => loadDataset('paraphrases', folder),
  sampling: short,
  cost: { calls: 3, outputTokens: 3 * short.maxTokens },
  metrics: formMetrics,
  run: askInForms,
};

export const optionOrder: Task = {
  suite: 'quality',
  name: 'option-order',
  title: 'Consistency over the order of options',
  description: 'A question with four options, in four orders: is the same option chosen?',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('option-order', folder),
  sampling: short,
  cost: { calls: 4, outputTokens: 4 * short.maxTokens },
  metrics: formMetrics,
  run: askInForms,
};

const INTENTS = [
  (topic: string) => `Explain ${topic} to a six-year-old child, in short and simple words.`,
  (topic: string) => `Explain ${topic} to an expert of the field, in technical terms.`,
  (topic: string) => `Explain ${topic} in one short sentence.`,
  (topic: string) => `Explain ${topic} in detail, in several paragraphs.`,
] as const;

/** Scores `easierForChild` and `shorterInBrief`: 1 when the answers differ as the intents do. */
async function askForAudiences(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const topic = sample.metadata?.['topic'];
  if (typeof topic !== 'string')
    throw new HarnessError('E_DATA_INVALID', `Sample ${sample.id} has no metadata.topic`);
  const { answers, ...rest } = await askAll(
    INTENTS.map((intent) => intent(topic)),
    model,
    long,
    seed,
  );
  const [child, expert, brief, detailed] = answers.map(({ text }) => text) as [
    string,
    string,
    string,
    string,
  ];
  const grades = [child, expert].map((text) => calculateReadability(text, 'fleschKincaidGrade'));
  const undefinedGrade = grades.find((grade) => typeof grade !== 'number');
  return {
    ...rest,
    scores: {
      easierForChild: undefinedGrade ?? (Number(grades[0]) < Number(grades[1]) ? 1 : 0),
      shorterInBrief: countWords(brief) < countWords(detailed) && countWords(brief) > 0 ? 1 : 0,
    },
  };
}

export const intents: Task = {
  suite: 'quality',
  name: 'intents',
  title: 'Audience and length by intent',
  description: 'For a child easier than for an expert, in one sentence shorter than in detail.',
  when,
  leastParameters: CAPABLE,
  dataset: (folder) => loadDataset('topics', folder),
  sampling: long,
  cost: { calls: 4, outputTokens: 4 * long.maxTokens },
  metrics: [
    proportion(
      'easierForChild',
      'higher',
      `fleschKincaidGrade, child < expert|${samplingSignature(long)}|v1`,
    ),
    proportion('shorterInBrief', 'higher', `words, brief < detailed|${samplingSignature(long)}|v1`),
  ],
  run: askForAudiences,
};
