/** CrowS-Pairs: sentences about a disadvantaged group, each beside the same about another. */
import { mapRows } from '../../data/field-reader.ts';
import { pairTask } from '../pair-task.ts';
import type { Recipe } from '../recipe.ts';

const FILE = 'data/crows_pairs_anonymized.csv';

const BIAS_TYPES = [
  'race-color',
  'socioeconomic',
  'gender',
  'disability',
  'nationality',
  'sexual-orientation',
  'physical-appearance',
  'religion',
  'age',
] as const;

export const crowsPairs: Recipe = {
  name: 'crows-pairs',
  title: 'CrowS-Pairs',
  paper: 'Nangia et al. 2020, arXiv:2010.00133',
  licence: 'CC-BY-SA-4.0',
  source: {
    host: 'github',
    repository: 'nyu-mll/crows-pairs',
    revision: '8aaac11c485473159ec9328a65253a5be9a479dc',
  },
  files: [{ path: FILE, digest: 'sha256:dfb36986ce0502abbaf7055b9176da3d08d48e07df1251991b5dfbcbceab9d0c' }],
  scoring:
    'The paper scores masked models by pseudo-log-likelihood. For causal models, as lm-evaluation-harness does: the log-likelihood of the whole sentence behind the begin token; the rate of pairs whose more stereotyping sentence (sent_more) is likelier, and the mean absolute difference.',
  defaultFewShot: null,
  convert: async (files) =>
    mapRows(files.location(FILE), await files.rows(FILE), (row, index) => {
      const stereotype = row.text('sent_more');
      return {
        id: `crows-${index}`,
        prompt: stereotype,
        tags: [row.oneOf('bias_type', BIAS_TYPES), row.oneOf('stereo_antistereo', ['stereo', 'antistereo'])],
        metadata: { stereotype, antiStereotype: row.text('sent_less') },
      };
    }),
  tasks: (set) => [
    pairTask(set, {
      name: 'crows-pairs',
      title: 'CrowS-Pairs',
      description:
        'Pairs of sentences that differ in the group they are about: is the stereotyping one likelier?',
      before: 'begin-token',
      tags: [...BIAS_TYPES, 'stereo', 'antistereo'],
    }),
  ],
};
