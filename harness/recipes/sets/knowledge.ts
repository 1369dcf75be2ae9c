/** MMLU, ARC and HellaSwag: multiple choice by likelihood, with the prompts of lm-evaluation-harness. */
import { mapRows, type FieldReader } from '../../data/field-reader.ts';
import { choiceMetrics, choiceTask } from '../choice-task.ts';
import type { Recipe } from '../recipe.ts';

const LETTERS = ['A', 'B', 'C', 'D'] as const;
const MMLU_TEST = 'all/test-00000-of-00001.parquet';
const MMLU_DEV = 'all/dev-00000-of-00001.parquet';

function mmluQuestion(row: FieldReader): string {
  const choices = row.texts('choices');
  if (choices.length !== LETTERS.length)
    row.fail(`choices has ${choices.length} texts, not ${LETTERS.length}`);
  return `${row.text('question').trim()}\n${choices.map((choice, i) => `${LETTERS[i]}. ${choice}`).join('\n')}\nAnswer:`;
}

const mmluAnswer = (row: FieldReader) => row.index('answer', LETTERS.length);

export const mmlu: Recipe = {
  name: 'mmlu',
  title: 'MMLU',
  paper: 'Hendrycks et al. 2020, arXiv:2009.03300',
  licence: 'MIT',
  source: {
    host: 'huggingface',
    dataset: 'cais/mmlu',
    revision: 'c30699e8356da336a370243923dbaf21066bb9fe',
  },
  files: [
    { path: MMLU_TEST, digest: null },
    { path: MMLU_DEV, digest: null, onlyForFewShot: true },
  ],
  scoring:
    'Accuracy: the likeliest of " A" to " D" behind the question, over all questions of 57 subjects. Worked examples are the first of the development split of the same subject.',
  defaultFewShot: 5,
  convert: async (files, { fewShot }) => {
    const examples = new Map<string, string[]>();
    if (fewShot > 0) {
      mapRows(files.location(MMLU_DEV), await files.rows(MMLU_DEV), (row) => {
        const subject = row.text('subject');
        const known = examples.get(subject) ?? [];
        examples.set(subject, known);
        if (known.length < fewShot) known.push(`${mmluQuestion(row)} ${LETTERS[mmluAnswer(row)]}`);
      });
    }
    return mapRows(files.location(MMLU_TEST), await files.rows(MMLU_TEST), (row, index) => {
      const subject = row.text('subject');
      const worked = examples.get(subject) ?? [];
      if (worked.length < fewShot)
        row.fail(`${subject} has ${worked.length} worked examples, not ${fewShot}`);
      const heading = `The following are multiple choice questions (with answers) about ${subject.replaceAll('_', ' ')}.`;
      return {
        id: `mmlu-${index + 1}`,
        prompt: [heading, ...worked, mmluQuestion(row)].join('\n\n'),
        tags: [subject],
        metadata: { choices: LETTERS, answer: mmluAnswer(row) },
      };
    });
  },
  tasks: (set) => [
    choiceTask(set, {
      name: 'mmlu',
      title: 'MMLU',
      description: 'Multiple-choice questions of 57 subjects, from school to professional.',
      metrics: [choiceMetrics.acc],
    }),
  ],
};

const ARC = ['challenge', 'easy'] as const;
const arcPath = (part: (typeof ARC)[number]) =>
  `ARC-${part === 'challenge' ? 'Challenge' : 'Easy'}/test-00000-of-00001.parquet`;

export const arc: Recipe = {
  name: 'arc',
  title: 'ARC (Challenge and Easy)',
  paper: 'Clark et al. 2018, arXiv:1803.05457',
  licence: 'CC-BY-SA-4.0',
  source: {
    host: 'huggingface',
    dataset: 'allenai/ai2_arc',
    revision: '210d026faf9955653af8916fad021475a3f00453',
  },
  files: ARC.map((part) => ({ path: arcPath(part), digest: null })),
  scoring: "Accuracy by the likelihood of the answers' text: acc by its sum, accNorm per character.",
  defaultFewShot: null,
  convert: async (files) => {
    const parts = ARC.map(async (part) =>
      mapRows(files.location(arcPath(part)), await files.rows(arcPath(part)), (row) => {
        const choices = row.within('choices');
        const answer = choices.texts('label').indexOf(row.text('answerKey'));
        if (answer < 0) row.fail('answerKey is none of the labels');
        return {
          id: `arc-${part}-${row.text('id')}`,
          prompt: `Question: ${row.text('question')}\nAnswer:`,
          tags: [part],
          metadata: { choices: choices.texts('text'), answer },
        };
      }),
    );
    return (await Promise.all(parts)).flat();
  },
  tasks: (set) => [
    choiceTask(set, {
      name: 'arc',
      title: 'ARC',
      description: 'Science questions of American schools, the harder ones apart.',
      metrics: ARC.flatMap((tag) =>
        [choiceMetrics.acc, choiceMetrics.accNorm].map((metric) => ({
          ...metric,
          metric: `${metric.metric}.${tag}`,
          tag,
        })),
      ),
    }),
  ],
};

const HELLASWAG = 'data/hellaswag_val.jsonl';

/** Remains of WikiHow's markup taken out, as lm-evaluation-harness does. */
export function withoutMarkup(text: string): string {
  return text
    .trim()
    .replaceAll(' [title]', '. ')
    .replaceAll(/\[.*?\]/g, '')
    .replaceAll('  ', ' ');
}

/** Python's `str.capitalize`: the first letter large, all others small. */
function capitalized(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

export const hellaswag: Recipe = {
  name: 'hellaswag',
  title: 'HellaSwag (validation)',
  paper: 'Zellers et al. 2019, arXiv:1905.07830',
  licence: 'MIT',
  source: {
    host: 'github',
    repository: 'rowanz/hellaswag',
    revision: 'a29ff8e9a04bba4bd6588223785ce105328adc57',
  },
  files: [{ path: HELLASWAG, digest: 'git:0f5ee25d72216f12317d5d8a7b92deafa423d81e' }],
  scoring: 'Accuracy by the likelihood of the four endings: acc by its sum, accNorm per character.',
  defaultFewShot: null,
  convert: async (files) =>
    mapRows(files.location(HELLASWAG), await files.rows(HELLASWAG), (row, index) => {
      const context = `${row.text('ctx_a', { mayBeEmpty: true })} ${capitalized(row.text('ctx_b', { mayBeEmpty: true }))}`;
      const endings = row.texts('endings');
      return {
        id: `hellaswag-${index + 1}`,
        prompt: withoutMarkup(`${row.text('activity_label')}: ${context}`),
        // Passages of one film or article.
        cluster: row.text('source_id'),
        tags: [row.text('split_type')],
        metadata: { choices: endings.map(withoutMarkup), answer: row.index('label', endings.length) },
      };
    }),
  tasks: (set) => [
    choiceTask(set, {
      name: 'hellaswag',
      title: 'HellaSwag',
      description: 'How does an everyday scene go on? Four endings, three of them written by a machine.',
      metrics: [choiceMetrics.acc, choiceMetrics.accNorm],
    }),
  ],
};
