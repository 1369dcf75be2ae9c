/** MT-Bench: 80 conversations of two turns, graded by a judge. The judge is a model of the user's: without one the
 *  answers are kept and nothing is scored. */
import { mapRows } from '../../data/field-reader.ts';
import { Judge, judgeByRubric } from '../../judge/judge.ts';
import { openModel } from '../../models/open-model.ts';
import type { Sample, Score, Task, TaskModel, TaskOutput } from '../../tasks/task.ts';
import type { FetchedSet, Recipe } from '../recipe.ts';

const FILE = 'fastchat/llm_judge/data/mt_bench/question.jsonl';
const CATEGORIES = [
  'writing',
  'roleplay',
  'reasoning',
  'math',
  'coding',
  'extraction',
  'stem',
  'humanities',
] as const;
const SCALE = { low: 1, high: 10 } as const;
const MAX_TOKENS = 1024;

/** Of the user's: a model reference. */
const JUDGE = 'HARNESS_JUDGE';

const RUBRIC =
  'Grade from 1 to 10 how well the answer serves the question: helpfulness, relevance, accuracy, depth, creativity and level of detail. Where a reference is given, an answer that contradicts it is at most 3.';

let judge: Promise<Judge> | undefined;

/** Opened at the first answer, for as long as the process lives. Null where none is named. */
function openJudge(): Promise<Judge> | null {
  const reference = process.env[JUDGE];
  if (!reference) return null;
  return (judge ??= openModel(reference).then((model) => new Judge(model)));
}

async function grade(output: string, source: string, reference: string | undefined): Promise<Score> {
  const opened = openJudge();
  if (opened === null) return { value: null, reason: `there is no judge: set ${JUDGE} to a model reference` };
  const context = { source, references: reference === undefined ? [] : [reference] };
  const { score, exchanges } = await judgeByRubric(await opened, output, context, {
    rubric: RUBRIC,
    ...SCALE,
  });
  return { value: score, judge: exchanges };
}

async function converse(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { turns } = sample.metadata as { readonly turns: readonly [string, string] };
  const { references = [] } = sample;
  const sampling = { maxTokens: MAX_TOKENS, temperature: 0, seed };
  const opening = { role: 'user', content: turns[0] } as const;
  const first = await model.generate({ messages: [opening], ...sampling });
  const answered = { role: 'assistant', content: first.text } as const;
  const second = await model.generate({
    messages: [opening, answered, { role: 'user', content: turns[1] }],
    ...sampling,
  });
  const whole = `user: ${turns[0]}\n\nassistant: ${first.text}\n\nuser: ${turns[1]}`;
  return {
    output: `${first.text}\n— second turn —\n${second.text}`,
    scores: {
      turn1: await grade(first.text, turns[0], references[0]),
      turn2: await grade(second.text, whole, references[1]),
    },
    usage: second.usage,
    timing: second.timing,
  };
}

function task(set: FetchedSet): Task {
  const metric = { aggregate: 'mean', better: 'higher', range: [SCALE.low, SCALE.high] } as const;
  const signature = `mt-bench|judge:${process.env[JUDGE] ?? 'none'}|scale:1-10|single-answer|template:chat|temp:0|max-tokens:${MAX_TOKENS}|${set.signature}`;
  return {
    suite: 'standard',
    name: 'mt-bench',
    title: 'MT-Bench',
    description: 'Conversations of two turns over eight kinds of work, each answer graded by a judge.',
    when: ['model', 'release'],
    dataset: set.dataset,
    metrics: (['turn1', 'turn2'] as const).flatMap((score) => [
      { metric: score, score, ...metric, signature },
      ...CATEGORIES.map((tag) => ({ metric: `${score}.${tag}`, score, tag, ...metric, signature })),
    ]),
    cost: { calls: 2, outputTokens: 2 * MAX_TOKENS },
    run: converse,
  };
}

export const mtBench: Recipe = {
  name: 'mt-bench',
  title: 'MT-Bench',
  paper: 'Zheng et al. 2023, arXiv:2306.05685',
  licence: 'Apache-2.0',
  source: {
    host: 'github',
    repository: 'lm-sys/FastChat',
    revision: '0e6d3e4beaab66f4d3f93db72541a4abab8af28d',
  },
  files: [{ path: FILE, digest: 'sha256:119565adbab82227089cefdb44c8d7e2cf04dc0a0ec233634c82e7d4e2a944f7' }],
  scoring: `Each turn graded from 1 to 10 by the judge that ${JUDGE} names, with a rubric of this project; the paper asks GPT-4 with a prompt of its own, so numbers compare only between runs with one judge.`,
  defaultFewShot: null,
  convert: async (files) =>
    mapRows(files.location(FILE), await files.rows(FILE), (row) => {
      const turns = row.texts('turns');
      if (turns.length !== 2) row.fail(`turns has ${turns.length} texts, not 2`);
      return {
        id: `mt-bench-${row.index('question_id', 1e9)}`,
        prompt: turns[0]!,
        ...(row.has('reference') && { references: row.texts('reference') }),
        tags: [row.oneOf('category', CATEGORIES)],
        metadata: { turns },
      };
    }),
  tasks: (set) => [task(set)],
};
