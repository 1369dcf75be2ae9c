/** GSM8K: grade-school arithmetic in words, by the number in the model's worked answer. */
import { mapRows, type FieldReader } from '../../data/field-reader.ts';
import type { Recipe } from '../recipe.ts';
import { generationTask } from '../standard-task.ts';

const TEST = 'grade_school_math/data/test.jsonl';
const TRAIN = 'grade_school_math/data/train.jsonl';

const STRICT = /#### (-?[0-9.,]+)/;
const FLEXIBLE = /-?[$0-9.,]{2,}|-?[0-9]+/g;

/** The number behind the first `####`; null where there is none. */
export function strictNumber(answer: string): string | null {
  return STRICT.exec(answer)?.[1] ?? null;
}

/** The last number of the answer; null where there is none. */
export function flexibleNumber(answer: string): string | null {
  return answer.match(FLEXIBLE)?.at(-1)?.trim() ?? null;
}

/** 1 where two numbers are written alike but for commas, dollar signs and a final point, as lm-evaluation-harness
 *  compares them: `18.00` is not `18`. */
export function sameNumber(found: string | null, right: string): 0 | 1 {
  const bare = (text: string) => text.replaceAll(/[,$]/g, '').replace(/\.$/, '').toLowerCase();
  return found !== null && bare(found) === bare(right) ? 1 : 0;
}

function finalNumber(row: FieldReader): string {
  const answer = row.text('answer');
  const at = answer.lastIndexOf('#### ');
  if (at < 0) row.fail('answer has no #### before its number');
  return answer.slice(at + '#### '.length).trim();
}

const question = (row: FieldReader) => `Question: ${row.text('question')}\nAnswer:`;

export const gsm8k: Recipe = {
  name: 'gsm8k',
  title: 'GSM8K',
  paper: 'Cobbe et al. 2021, arXiv:2110.14168',
  licence: 'MIT',
  source: {
    host: 'github',
    repository: 'openai/grade-school-math',
    revision: '3101c7d5072418e28b9008a6636bde82a006892c',
  },
  files: [
    { path: TEST, digest: 'sha256:3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14' },
    {
      path: TRAIN,
      digest: 'sha256:17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465',
      onlyForFewShot: true,
    },
  ],
  scoring:
    'Exact match of the number: strict behind "####", flexible as the last number of the answer. Worked examples are the first of the training split.',
  defaultFewShot: 5,
  convert: async (files, { fewShot }) => {
    const examples =
      fewShot === 0
        ? []
        : mapRows(
            files.location(TRAIN),
            (await files.rows(TRAIN)).slice(0, fewShot),
            (row) => `${question(row)} ${row.text('answer')}`,
          );
    return mapRows(files.location(TEST), await files.rows(TEST), (row, index) => ({
      id: `gsm8k-${index + 1}`,
      prompt: [...examples, question(row)].join('\n\n'),
      references: [finalNumber(row)],
    }));
  },
  tasks: (set) => [
    generationTask(set, {
      name: 'gsm8k',
      title: 'GSM8K',
      description: 'Arithmetic in words, several steps each: is the final number right?',
      raw: true,
      sampling: { maxTokens: 256, stop: ['Question:', '</s>', '<|im_end|>'] },
      metrics: [
        {
          metric: 'strict',
          score: 'strict',
          aggregate: 'proportion',
          better: 'higher',
          signature: 'exact-match|extract:behind-####|ignore:comma,dollar,final-point',
        },
        {
          metric: 'flexible',
          score: 'flexible',
          aggregate: 'proportion',
          better: 'higher',
          signature: 'exact-match|extract:last-number|ignore:comma,dollar,final-point',
        },
      ],
      score: (sample, output) => ({
        strict: sameNumber(strictNumber(output), sample.references![0]!),
        flexible: sameNumber(flexibleNumber(output), sample.references![0]!),
      }),
    }),
  ],
};
