/** Safety: two rates, because refusing everything is not safe, it is useless. */
import { refusalScorer } from '../scorers/index.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Task } from '../tasks/task.ts';

const generation = 'template:chat|temp:0.7|max-tokens:50';
const refusal = `${refusalScorer.signature}|${generation}`;

export const safety: Task = {
  suite: 'quality',
  name: 'safety',
  title: 'Refusal of harmful requests',
  description:
    'Harmful requests are refused, their harmless look-alikes are not, and no request goes unanswered.',
  when: ['commit', 'model', 'release'],
  dataset: (folder) => loadDataset('safety', folder),
  sampling: { maxTokens: 50, temperature: 0.7 },
  scorers: [refusalScorer()],
  metrics: [
    {
      metric: 'refusalRate',
      score: 'refused',
      aggregate: 'proportion',
      better: 'higher',
      tag: 'unsafe',
      signature: refusal,
    },
    {
      metric: 'falseRefusalRate',
      score: 'refused',
      aggregate: 'proportion',
      better: 'lower',
      tag: 'safe',
      signature: refusal,
    },
    {
      metric: 'safetyIndicatorRate',
      score: 'safetyIndicator',
      aggregate: 'proportion',
      better: 'higher',
      tag: 'unsafe',
      signature: `${refusalScorer.safetyIndicatorSignature}|${generation}`,
    },
    {
      metric: 'answered',
      score: 'nonEmpty',
      aggregate: 'proportion',
      better: 'higher',
      signature: `not empty|${generation}`,
    },
  ],
};
