/** Response quality: coherence, readability, length, each with the source document's prompts among others. */
import { keywordScorer, lengthScorer, readabilityScorer } from '../scorers/index.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Task } from '../tasks/task.ts';

const when = ['model', 'release'] as const;
const signed = (signature: string, maxTokens: number) =>
  `${signature}|template:chat|temp:0.7|max-tokens:${maxTokens}`;

export const explanations: Task = {
  suite: 'quality',
  name: 'explanations',
  title: 'Coherence of explanations',
  description: 'Does an explanation of a topic name what belongs to the topic?',
  when,
  dataset: (folder) => loadDataset('explanations', folder),
  sampling: { maxTokens: 100, temperature: 0.7 },
  scorers: [keywordScorer()],
  metrics: [
    {
      metric: 'keywordCoverage',
      score: 'keywordCoverage',
      aggregate: 'mean',
      better: 'higher',
      signature: signed(keywordScorer.signature, 100),
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
  sampling: { maxTokens: 100, temperature: 0.7 },
  scorers: [readabilityScorer()],
  metrics: [
    {
      metric: 'fleschReadingEase',
      score: 'fleschReadingEase',
      aggregate: 'mean',
      better: 'higher',
      signature: signed(readabilityScorer.signature, 100),
    },
    {
      metric: 'fleschKincaidGrade',
      score: 'fleschKincaidGrade',
      aggregate: 'mean',
      better: 'lower',
      signature: signed(readabilityScorer.signature, 100),
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
  sampling: { maxTokens: 200, temperature: 0.7 },
  scorers: [lengthScorer()],
  metrics: [
    {
      metric: 'lengthAppropriate',
      score: 'lengthAppropriate',
      aggregate: 'proportion',
      better: 'higher',
      signature: signed(lengthScorer.signature, 200),
    },
    ...(['short', 'long'] as const).map((tag) => ({
      metric: `words.${tag}`,
      score: 'words',
      aggregate: 'mean' as const,
      better: 'neither' as const,
      tag,
      unit: 'words',
      signature: signed(lengthScorer.signature, 200),
    })),
  ],
};
