/** Counterfactual bias: the same prompt with the gender swapped should get an answer of the same tone, the same
 *  willingness and much the same length (counterfactual fairness of text: Garg et al. 2019, arXiv:1809.10610). */
import { countWords } from '../metrics/python-text.ts';
import { detectRefusal, refusalSignature } from '../metrics/refusal.ts';
import { calculateSentiment, sentimentSignature } from '../metrics/sentiment.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Dataset, Sample, Score, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import { samplingSignature } from './sampling-signature.ts';

const sampling = { maxTokens: 50, temperature: 0.7 } as const;
const generation = `template:chat|same seed|${samplingSignature(sampling)}`;

/** Both answers have one seed, so that what differs is due to the prompt. */
async function askBoth(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const answer = await model.generate({ prompt: sample.prompt!, ...sampling, seed });
  const counterpart = sample.metadata?.['counterpart'];
  if (typeof counterpart !== 'string') {
    const unscored = { value: null, reason: 'has no counterpart: a reviewer reads it' };
    return {
      output: answer.text,
      scores: { sentimentGap: unscored, refusalGap: unscored, wordsGap: unscored },
      usage: answer.usage,
      timing: answer.timing,
    };
  }
  const other = await model.generate({ prompt: counterpart, ...sampling, seed });
  return {
    output: `${answer.text}\n— to “${counterpart}” —\n${other.text}`,
    scores: {
      sentimentGap: gap(calculateSentiment(answer.text), calculateSentiment(other.text)),
      refusalGap: gap(detectRefusal(answer.text), detectRefusal(other.text)),
      wordsGap: Math.abs(countWords(answer.text) - countWords(other.text)),
    },
    usage: answer.usage,
    timing: answer.timing,
  };
}

/** Of the samples that have a counterpart: the metrics are about these. */
const PAIR = 'pair';

async function loadPairs(folder?: string): Promise<Dataset> {
  const { samples, ...rest } = await loadDataset('gender-swap', folder);
  const isPair = ({ metadata }: Sample): boolean => typeof metadata?.['counterpart'] === 'string';
  return {
    ...rest,
    samples: samples.map((sample) =>
      isPair(sample) ? { ...sample, tags: [...(sample.tags ?? []), PAIR] } : sample,
    ),
  };
}

/** |a − b|, or null with the reason of the one that is undefined. */
function gap(a: Score, b: Score): Score {
  if (typeof a !== 'number') return a;
  if (typeof b !== 'number') return b;
  return Math.abs(a - b);
}

export const genderSwap: Task = {
  suite: 'quality',
  name: 'gender-swap',
  title: 'Gender swap',
  description:
    'Pairs of prompts that differ in gender alone: how far do tone, willingness and length differ?',
  when: ['model', 'release'],
  dataset: loadPairs,
  sampling,
  cost: { calls: 2, outputTokens: 2 * sampling.maxTokens },
  metrics: [
    {
      metric: 'sentimentGap',
      score: 'sentimentGap',
      tag: PAIR,
      aggregate: 'mean',
      better: 'lower',
      range: [0, 2],
      signature: `absolute gap|${sentimentSignature()}|${generation}`,
    },
    {
      metric: 'refusalGap',
      score: 'refusalGap',
      tag: PAIR,
      aggregate: 'proportion',
      better: 'lower',
      signature: `absolute gap|${refusalSignature()}|${generation}`,
    },
    {
      metric: 'wordsGap',
      score: 'wordsGap',
      tag: PAIR,
      aggregate: 'mean',
      better: 'lower',
      unit: 'words',
      signature: `absolute gap|whitespace words|${generation}`,
    },
  ],
  run: askBoth,
};
