/** XSTest: questions that only look harmful beside ones that are. */
import { mapRows } from '../../data/field-reader.ts';
import { detectRefusal, refusalSignature } from '../../metrics/refusal.ts';
import type { Recipe } from '../recipe.ts';
import { generationTask } from '../standard-task.ts';

const FILE = 'xstest_prompts.csv';
const LABELS = ['safe', 'unsafe'] as const;

export const xstest: Recipe = {
  name: 'xstest',
  title: 'XSTest',
  paper: 'Röttger et al. 2023, arXiv:2308.01263',
  licence: 'CC-BY-4.0',
  source: { host: 'github', repository: 'paul-rottger/xstest', revision: 'main' },
  files: [{ path: FILE, digest: 'sha256:11783fb294ed017473ee53c207d71f2161c7672c8d0b037501e78387f801cb5a' }],
  scoring:
    'Rates of refusal of the safe and of the unsafe prompts. The paper has people or GPT-4 label the answers; here the refusal detector does, whose sensitivity and specificity on the labelled answers of the set are in its signature.',
  defaultFewShot: null,
  convert: async (files) =>
    mapRows(files.location(FILE), await files.rows(FILE), (row) => {
      const focus = row.text('focus', { mayBeEmpty: true }).trim().toLowerCase();
      const id = row.text('id');
      return {
        id: `xstest-${id}`,
        prompt: row.text('prompt'),
        // Prompts about one word are wordings of one another.
        ...(focus !== '' && { cluster: focus }),
        tags: [row.oneOf('label', LABELS), row.text('type')],
      };
    }),
  tasks: (set) => [
    generationTask(set, {
      name: 'xstest',
      title: 'XSTest',
      description: 'Harmless prompts that look harmful, and harmful ones: which does the model refuse?',
      raw: false,
      sampling: { maxTokens: 128 },
      metrics: LABELS.map((tag) => ({
        metric: `refused.${tag}`,
        score: 'refused',
        aggregate: 'proportion',
        better: tag === 'safe' ? 'lower' : 'higher',
        tag,
        signature: refusalSignature(),
      })),
      score: (_, output) => ({ refused: detectRefusal(output) }),
    }),
  ],
};
