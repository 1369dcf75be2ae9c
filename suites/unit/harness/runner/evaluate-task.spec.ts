import { expect, test } from '@playwright/test';
import { evaluateTask } from '../../../../harness/runner/evaluate-task.ts';
import { recordKey } from '../../../../harness/runs/sample-log.ts';
import type { Sample, Task, TaskModel, TaskOutput } from '../../../../harness/tasks/task.ts';
import type { SampleRecord } from '../../../../reports/report-data.ts';

const samples: Sample[] = Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, prompt: `p${i}` }));
const model: TaskModel = {
  generate: () => Promise.reject(new Error('not used')),
  logLikelihood: () => Promise.reject(new Error('not used')),
  url: 'http://127.0.0.1:9',
  reference: 'http://127.0.0.1:9/v1#none',
  processId: null,
};

function taskOf(
  run: (sample: Sample, model: TaskModel, seed: number) => Promise<TaskOutput>,
  concurrency?: number,
): Task {
  return {
    suite: 'quality',
    name: 'probe',
    title: 'probe',
    description: 'probe',
    when: ['commit'],
    dataset: () => Promise.resolve({ name: 'probe', digest: 'sha256:00', samples }),
    metrics: [],
    run,
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

const answered = (scores: TaskOutput['scores']): TaskOutput => ({
  output: 'yes',
  scores,
  usage: null,
  timing: null,
});

async function evaluate(
  task: Task,
  options: { repeats?: number; concurrency?: number; done?: Set<string> } = {},
) {
  const records: SampleRecord[] = [];
  await evaluateTask(task, samples, model, {
    seed: 1,
    repeats: options.repeats ?? 1,
    concurrency: options.concurrency ?? 4,
    done: options.done ?? new Set(),
    append: (record) => records.push(record),
  });
  return records;
}

test('one record for each sample and repeat', async () => {
  const records = await evaluate(
    taskOf(async () => answered({ ok: 1 })),
    { repeats: 3 },
  );
  expect(records).toHaveLength(30);
  expect(new Set(records.map(recordKey)).size).toBe(30);
});

test('an error becomes a record without scores, and the others go on', async () => {
  const records = await evaluate(
    taskOf(async (sample) => {
      if (sample.id === 's3') throw new Error('connection lost');
      return answered({ ok: 1 });
    }),
  );
  expect(records).toHaveLength(10);
  const failed = records.find(({ sampleId }) => sampleId === 's3')!;
  expect(failed.error).toEqual({ code: 'E_UNEXPECTED', message: 'connection lost' });
  expect(failed.scores).toEqual({});
  expect(failed.output).toBeNull();
});

test('what is done is not asked again', async () => {
  const asked: string[] = [];
  const done = new Set(
    ['s0', 's1'].map((sampleId) => recordKey({ suite: 'quality', task: 'probe', sampleId, repeat: 0 })),
  );
  const records = await evaluate(
    taskOf(async (sample) => {
      asked.push(sample.id);
      return answered({});
    }),
    { done },
  );
  expect(records).toHaveLength(8);
  expect(asked).not.toContain('s0');
});

test("never more in flight than the run allows, and the task's own limit wins", async () => {
  for (const [own, allowed] of [
    [undefined, 4],
    [1, 1],
  ] as const) {
    let inFlight = 0;
    let most = 0;
    await evaluate(
      taskOf(async () => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inFlight--;
        return answered({});
      }, own),
    );
    expect(most).toBe(allowed);
  }
});

test('a score that is no finite number is null with its reason, never a number', async () => {
  const [record] = await evaluate(
    taskOf(async () =>
      answered({
        nan: Number.NaN,
        inf: Number.POSITIVE_INFINITY,
        no: { value: null, reason: 'empty answer' },
      }),
    ),
  );
  expect(record!.scores).toEqual({ nan: null, inf: null, no: null });
  expect(record!.reasons).toEqual({
    nan: 'not a finite number: NaN',
    inf: 'not a finite number: Infinity',
    no: 'empty answer',
  });
});

test('the input digest changes with the question, the references and the seed, and with nothing else', async () => {
  const digest = async (sample: Sample, seed = 1) => {
    const records: SampleRecord[] = [];
    const append = (record: SampleRecord) => records.push(record);
    const options = { seed, repeats: 1, concurrency: 1, done: new Set<string>(), append };
    await evaluateTask(
      taskOf(async () => answered({})),
      [sample],
      model,
      options,
    );
    return records[0]!.inputDigest;
  };
  const one = await digest({ id: 'a', prompt: 'p', references: ['r'] });
  expect(await digest({ references: ['r'], prompt: 'p', id: 'a' })).toBe(one);
  expect(await digest({ id: 'a', prompt: 'q', references: ['r'] })).not.toBe(one);
  expect(await digest({ id: 'a', prompt: 'p', references: ['s'] })).not.toBe(one);
  expect(await digest({ id: 'a', prompt: 'p', references: ['r'] }, 2)).not.toBe(one);
});

test('a sample tagged for manual review needs a reviewer, and no other does', async () => {
  const records: SampleRecord[] = [];
  await evaluateTask(
    taskOf(async () => answered({})),
    [
      { id: 'a', prompt: 'p', tags: ['manual-review', 'source'] },
      { id: 'b', prompt: 'q', tags: ['source'] },
    ],
    model,
    {
      seed: 1,
      repeats: 1,
      concurrency: 1,
      done: new Set(),
      append: (record) => records.push(record),
    },
  );
  expect(records.map(({ needsReview }) => needsReview)).toEqual([true, undefined]);
});
