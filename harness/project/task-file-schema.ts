/** What `suites/….task.yaml` may hold, as JSON Schema: by it files are checked, and editors read it as
 *  task.schema.json. */
import { frequencies } from '../tasks/task.ts';
import { scoreNames } from './scoring.ts';

const text = (description: string) => ({ type: 'string', minLength: 1, description }) as const;
const name = (description: string) =>
  ({ type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$', description }) as const;
const number = (description: string, limits: object = {}) => ({ type: 'number', ...limits, description });
const integer = (description: string, minimum: number) => ({ type: 'integer', minimum, description });
const object = (description: string, properties: object, required: readonly string[] = []) => ({
  type: 'object',
  description,
  properties,
  required,
  additionalProperties: false,
});

const aggregates = ['mean', 'proportion', 'p50', 'p95', 'max', 'sum'];

const scorer = object(
  'A score with its settings',
  {
    score: { type: 'string', enum: scoreNames, description: 'Name, as harness score --list shows it' },
    tag: text('Only samples with this tag; the metric is then called score.tag'),
    aggregate: {
      type: 'string',
      enum: aggregates,
      description: 'Default: proportion for scores of 0 or 1, else mean',
    },
    options: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
      description: "The score's options as harness score --list shows them, such as bleu.tokenize: zh",
    },
    schema: { type: ['object', 'boolean'], description: 'JSON Schema for jsonSchema' },
  },
  ['score'],
);

const gate = {
  ...object(
    'A rule that a metric of this task has to meet; one rule a gate',
    {
      metric: text('Of this task, by its short name, such as exactMatch'),
      atLeast: number('The lower bound of its interval has to be this at least'),
      atMost: number('The upper bound of its interval has to be this at most'),
      always: { const: true, description: 'Every sample has to score 1; one other refutes' },
      notWorseThan: { const: 'baseline', description: 'Not worse than the baseline by the margin' },
      margin: number('Goes with notWorseThan', { exclusiveMinimum: 0 }),
      maxUndefinedShare: number('Share of undefined scores above which it could not be evaluated', {
        minimum: 0,
        exclusiveMaximum: 1,
      }),
      undefinedScores: {
        const: 'leaveOut',
        description:
          'Undefined scores are left out and do not count as the worst answers; not with notWorseThan',
      },
    },
    ['metric'],
  ),
  oneOf: ['atLeast', 'atMost', 'always', 'notWorseThan'].map((rule) => ({ required: [rule] })),
  dependentRequired: { margin: ['notWorseThan'], notWorseThan: ['margin'] },
  not: { required: ['notWorseThan', 'undefinedScores'] },
};

export const taskFileSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A task of harness run: suites/….task.yaml',
  ...object(
    'What is asked, how it is scored and what has to hold',
    {
      version: { const: 1, description: 'Of this format' },
      suite: name('The suite it belongs to; harness run SUITE runs it'),
      name: name('Default: the name of the file. Metrics are called suite/name.metric'),
      title: text('A few words; default: the name'),
      description: text('What it asks and why it matters, one sentence'),
      when: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { type: 'string', enum: frequencies },
        description: 'When it is worth its cost; harness run --when commit takes those that say so',
      },
      dataset: text('A file of JSON Lines, from this file; or a bundled set by its name, such as facts'),
      samples: {
        type: 'array',
        minItems: 1,
        items: { type: 'object' },
        description: 'The lines themselves, in place of dataset',
      },
      prompt: text(
        'Template of the prompt: {{question}} stands for a field of the line. Default: prompt or messages',
      ),
      system: text('Template of a system message before it'),
      references: text('Field with the right answer, or a list of them; default references'),
      clusters: text('Field that samples which are not independent share, such as topic; default cluster'),
      tags: text('Field with a tag, or a list of them; default tags'),
      sampling: object('How answers are generated; default: at temperature 0, at most 128 tokens', {
        maxTokens: integer('Most tokens of an answer', 1),
        temperature: number('0 is greedy', { minimum: 0, maximum: 2 }),
        topP: number('Nucleus', { exclusiveMinimum: 0, maximum: 1 }),
        topK: integer('Keep the k likeliest tokens; 0 keeps all', 0),
        stop: { type: 'array', items: text('The answer ends before it'), description: 'Ends of an answer' },
      }),
      scorers: {
        type: 'array',
        minItems: 1,
        items: { anyOf: [{ type: 'string', enum: scoreNames }, scorer] },
        description: 'Names of scores, or scores with settings',
      },
      gates: { type: 'array', minItems: 1, items: gate, description: 'What has to hold' },
      cost: object(
        'Of one sample, at most; default: one call and maxTokens',
        { calls: integer('Times the model is asked', 1), outputTokens: integer('Tokens in all', 1) },
        ['calls', 'outputTokens'],
      ),
      concurrency: integer("Samples in flight at once; default: the run's", 1),
    },
    ['version', 'suite', 'scorers'],
  ),
  oneOf: [{ required: ['dataset'] }, { required: ['samples'] }],
};
