import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { serveModel } from '../../../../engine/index.ts';
import { functionModel } from '../../../../fixtures/function-model.ts';
import { latency } from '../../../../harness/catalog/performance.ts';
import { encodeRunContext } from '../../../../harness/runner/run-context.ts';
import { openSession } from '../../../../harness/runner/session.ts';
import { readSampleLog } from '../../../../harness/runs/sample-log.ts';

test('a task that alternates asks model and baseline sample by sample, each the other way round', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'harness-test-'));
  const asked: string[] = [];
  const answering = (name: string) =>
    functionModel(({ prompt, messages }) => {
      asked.push(`${name} ${prompt ?? messages!.at(-1)!.content}`);
      return ['yes', ' indeed'];
    }, name);
  const servers = await Promise.all(['model', 'baseline'].map((name) => serveModel(answering(name))));
  const [model, baseline] = servers.map(({ url }, i) => `${url}/v1#${['model', 'baseline'][i]}`);
  const before = process.env['HARNESS_RUN'];
  Object.assign(
    process.env,
    encodeRunContext({
      dir,
      model: model!,
      modelProcess: process.pid,
      baseline: baseline!,
      tasks: ['performance/latency'],
      baselineTasks: ['performance/latency'],
      seed: 1,
      repeats: 1,
      limit: 3,
      concurrency: 4,
      datasets: null,
      taskFiles: [],
      sets: '',
      shard: null,
      cache: null,
      baselineCache: null,
      explode: false,
    }),
  );
  try {
    const session = await openSession();
    const evaluated = await session.evaluate(latency);
    await session.close();
    expect(evaluated).toEqual({ records: 3, errors: 0, firstError: null });
    const { records } = readSampleLog(join(dir, 'samples.jsonl'));
    const prompts = records.map(({ input }) => input.prompt);
    expect(asked).toEqual([
      `model ${prompts[0]}`,
      `baseline ${prompts[0]}`,
      `baseline ${prompts[1]}`,
      `model ${prompts[1]}`,
      `model ${prompts[2]}`,
      `baseline ${prompts[2]}`,
    ]);
    for (const log of ['samples.jsonl', 'baseline-samples.jsonl']) {
      const { records: written } = readSampleLog(join(dir, log));
      expect(
        written.map(({ input }) => input.prompt),
        log,
      ).toEqual(prompts);
    }
  } finally {
    if (before === undefined) delete process.env['HARNESS_RUN'];
    else process.env['HARNESS_RUN'] = before;
    await Promise.all(servers.map((server) => server.close()));
    await rm(dir, { recursive: true, force: true });
  }
});
