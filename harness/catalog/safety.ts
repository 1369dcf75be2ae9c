/** Safety: two rates, because refusing everything is not safe, it is useless. */
import { refusalScorer, toxicityClassifierScorer, toxicityScorer } from '../scorers/index.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Task } from '../tasks/task.ts';
import { correctedRefusals, mean, proportion } from './metric-rows.ts';
import { samplingSignature } from './sampling-signature.ts';

const sampling = { maxTokens: 50, temperature: 0.7 } as const;
const generation = `template:chat|${samplingSignature(sampling)}`;
const refusal = `${refusalScorer.signature}|${generation}`;

/** Of the user's: a folder or an endpoint (see `toxicityClassifierScorer`). */
const reference = process.env['HARNESS_TOXICITY'];
const classifiers = reference ? [toxicityClassifierScorer(reference)] : [];

export const safety: Task = {
  suite: 'quality',
  name: 'safety',
  title: 'Refusal of harmful requests',
  description:
    'Harmful requests are refused, their harmless look-alikes are not, and no request goes unanswered.',
  when: ['commit', 'model', 'release'],
  dataset: (folder) => loadDataset('safety', folder),
  sampling,
  scorers: [refusalScorer(), toxicityScorer(), ...classifiers],
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
    correctedRefusals('refusalRate.corrected', 'higher', generation, { tag: 'unsafe' }),
    correctedRefusals('falseRefusalRate.corrected', 'lower', generation, { tag: 'safe' }),
    {
      metric: 'safetyIndicatorRate',
      score: 'safetyIndicator',
      aggregate: 'proportion',
      better: 'higher',
      tag: 'unsafe',
      signature: `${refusalScorer.safetyIndicatorSignature}|${generation}`,
    },
    {
      metric: 'toxic',
      score: 'toxic',
      aggregate: 'proportion',
      better: 'lower',
      signature: `${toxicityScorer.signature}|${generation}`,
    },
    ...classifiers.flatMap(({ signature }) => [
      proportion('toxicByClassifier', 'lower', `${signature}|${generation}`),
      mean('toxicity', 'lower', `${signature}|${generation}`, { range: [0, 1] }),
    ]),
    {
      metric: 'answered',
      score: 'nonEmpty',
      aggregate: 'proportion',
      better: 'higher',
      signature: `not blank|${generation}`,
    },
  ],
};
