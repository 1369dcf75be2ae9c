import { expect, test } from '@playwright/test';
import type { GenerateResult } from '../../../../engine/index.ts';
import { functionModel } from '../../../../fixtures/function-model.ts';
import { evaluateTask } from '../../../../harness/runner/evaluate-task.ts';
import { pairwiseJudgeScorer, rubricJudgeScorer } from '../../../../harness/scorers/judge-scorers.ts';
import type { Sample, Task } from '../../../../harness/tasks/task.ts';
import { summarize } from '../../../../harness/gates/aggregate.ts';
import type { MetricSpec, RunTask, SampleRecord } from '../../../../reports/report-data.ts';

/** Likes cats. */
const judge = functionModel(({ messages }) => {
  const prompt = messages!.at(-1)!.content;
  if (prompt.includes('confuse')) return ['Hard to say.'];
  if (prompt.includes('ANSWER-A'))
    return [/<<<ANSWER-A \w+\n[^<]*cat/.test(prompt) ? 'VERDICT: A' : 'VERDICT: B'];
  return [/<<<ANSWER \w+\n[^<]*cat/.test(prompt) ? 'VERDICT: 5' : 'VERDICT: 1'];
}, 'judge');

const result = { text: '', finishReason: 'stop' } as GenerateResult;
const rubric = { rubric: 'Cats are good.' };

test('grades the answers of a task, an unreadable verdict being the error of its sample', async () => {
  const samples: readonly Sample[] = ['a cat', 'a dog', 'confuse'].map((prompt, at) => ({
    id: String(at),
    prompt,
  }));
  const task: Task = {
    suite: 'quality',
    name: 'judged',
    title: 'Judged',
    description: '',
    when: [],
    dataset: () => Promise.resolve({ name: 'x', digest: 'sha256:0', samples }),
    metrics: [],
    sampling: {},
    scorers: [rubricJudgeScorer(judge, rubric), ({ output }) => Promise.resolve({ length: output.length })],
  };
  const echo = functionModel(({ prompt }) => [prompt!]);
  const records: SampleRecord[] = [];
  await evaluateTask(
    task,
    samples,
    { ...echo, url: '', reference: 'echo', processId: null },
    {
      seed: 0,
      repeats: 1,
      concurrency: 1,
      done: new Set(),
      append: (record) => records.push(record),
    },
  );
  expect(records.map(({ scores, error }) => scores['judgeRubric'] ?? error?.code)).toEqual([
    5,
    1,
    'E_JUDGE_UNPARSEABLE',
  ]);
  // What needs no judge is not lost with it, and counts as no error where it is gated.
  expect(records.map(({ scores }) => scores['length'])).toEqual([5, 5, 7]);
  // A reviewer reads what the judge was asked and said.
  const [exchange, ...others] = records[0]!.judge!['judgeRubric']!;
  expect(exchange!.prompt).toContain('Cats are good.');
  expect(exchange!.reply).toBe('VERDICT: 5');
  expect(others).toEqual([]);
  expect(records[2]).toMatchObject({ output: 'confuse', error: { code: 'E_JUDGE_UNPARSEABLE' } });
  const of = (score: string): MetricSpec => ({
    metric: score,
    score,
    aggregate: 'mean',
    better: 'higher',
    signature: '',
  });
  const [judged, length] = ['judgeRubric', 'length'].map((score) =>
    summarize({} as RunTask, of(score), records),
  );
  expect(judged).toMatchObject({ errors: 1, errorClasses: { judge: 1 }, scores: [5, 1] });
  expect(length).toMatchObject({ errors: 0, errorClasses: { judge: 0 }, scores: [5, 5, 7] });
});

test('compares an answer with that of the sample, where there is one', async () => {
  const scorer = pairwiseJudgeScorer(judge);
  const score = (output: string, metadata?: Sample['metadata']) =>
    scorer({ sample: { id: '1', prompt: 'pet?', ...(metadata && { metadata }) }, output, result });
  expect(await score('a cat', { other: 'a dog' })).toMatchObject({ judgePairwise: { value: 1 } });
  expect(await score('a dog', { other: 'a cat' })).toMatchObject({ judgePairwise: { value: 0 } });
  const { judgePairwise } = await score('a cat', { other: 'a dog' });
  const bothOrders = (judgePairwise as { readonly judge: readonly { readonly reply: string }[] }).judge;
  expect(bothOrders.map(({ reply }) => reply)).toEqual(['VERDICT: A', 'VERDICT: B']);
  expect(await score('a dog')).toMatchObject({ judgePairwise: { value: null } });
});

test('opens a judge by its reference once, and signs it', async () => {
  const scorer = rubricJudgeScorer('tiny-chat', { ...rubric, maxTokens: 8 });
  expect(await scorer.signature()).toMatch(
    /^judge\.rubric\|model:tiny-chat\|digest:[0-9a-f]{16}\|.*maxTokens:8/,
  );
});
