/** Response quality: coherence, readability, length, each with the source document's prompts among others. */
import type { SamplingParameters } from '../../engine/index.ts';
import { keywordScorer, lengthScorer, readabilityScorer, repetitionScorer } from '../scorers/index.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Task } from '../tasks/task.ts';
import { samplingSignature } from './sampling-signature.ts';

const when = ['model', 'release'] as const;
const upTo100 = { maxTokens: 100, temperature: 0.7 } as const;
const upTo200 = { maxTokens: 200, temperature: 0.7 } as const;
const signed = (signature: string, sampling: SamplingParameters) =>
  `${signature}|template:chat|${samplingSignature(sampling)}`;

export const explanations: Task = {
  suite: 'quality',
  name: 'explanations',
  title: 'Coherence of explanations',
  description: 'Does an explanation of a topic name what belongs to the topic?',
  when,
  dataset: (folder) => loadDataset('explanations', folder),
  sampling: upTo100,
  scorers: [keywordScorer()],
  metrics: [
    {
      metric: 'keywordCoverage',
      score: 'keywordCoverage',
      aggregate: 'mean',
      better: 'higher',
      signature: signed(keywordScorer.signature, upTo100),
    },
  ],
};

export const readability: Task = {
  suite: 'quality',
  name: 'readability',
  title: 'Readability of prose',
  description: 'Can a general reader follow the answer? Answers of five words or fewer are not scored.',
  when,
  dataset: (folder) => loadDataset('readability', folder),
  sampling: upTo100,
  scorers: [readabilityScorer()],
  metrics: [
    {
      metric: 'fleschReadingEase',
      score: 'fleschReadingEase',
      aggregate: 'mean',
      better: 'higher',
      signature: signed(readabilityScorer.signature, upTo100),
    },
    {
      metric: 'fleschKincaidGrade',
      score: 'fleschKincaidGrade',
      aggregate: 'mean',
      better: 'lower',
      signature: signed(readabilityScorer.gradeSignature, upTo100),
    },
  ],
};

export const length: Task = {
  suite: 'quality',
  name: 'length',
  title: 'Length that fits the question',
  description:
    'A short question gets a short answer (under 50 words), a call for detail a long one (over 20).',
  when,
  dataset: (folder) => loadDataset('length', folder),
  sampling: upTo200,
  scorers: [lengthScorer(), repetitionScorer()],
  metrics: [
    {
      metric: 'lengthAppropriate',
      score: 'lengthAppropriate',
      aggregate: 'proportion',
      better: 'higher',
      signature: signed(lengthScorer.signature, upTo200),
    },
    {
      metric: 'looping',
      score: 'looping',
      aggregate: 'proportion',
      better: 'lower',
      signature: signed(repetitionScorer.signature, upTo200),
    },
    {
      metric: 'repeatedNgrams',
      score: 'repeatedNgrams',
      aggregate: 'mean',
      better: 'lower',
      tag: 'long',
      signature: signed(repetitionScorer.ngramsSignature, upTo200),
    },
    ...(['short', 'long'] as const).map((tag) => ({
      metric: `words.${tag}`,
      score: 'words',
      aggregate: 'mean' as const,
      better: 'neither' as const,
      tag,
      unit: 'words',
      signature: signed(lengthScorer.signature, upTo200),
    })),
  ],
};
