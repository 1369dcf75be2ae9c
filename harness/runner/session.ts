/** The worker's side of a run: evaluates the task of one Playwright test and appends its records.
 *  Without a run (a spec started by hand or by npm test) it hosts a model itself and evaluates a few samples. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harnessHome } from '../runs/home.ts';
import { runFiles } from '../runs/run-folder.ts';
import type { Model } from '../../engine/index.ts';
import type { TaskResult } from '../expectations/judge-result.ts';
import type { Sample, Task, TaskModel } from '../tasks/task.ts';
import { hostModel } from './host-model.ts';
import { summaryOf, taskName } from './plan.ts';
import { readRunContext, type RunContext } from './run-context.ts';
import { selectSamples } from './select-samples.ts';
import { samplesOfShard } from './shard.ts';
import { openTarget, type Evaluated, type EvaluationSettings, type Target } from './target.ts';

/** What an author's test may ask otherwise than the run does. */
export interface EvaluateOptions {
  /** Samples at most; null: all. */
  readonly limit?: number | null;
  readonly repeats?: number;
  readonly seed?: number;
  readonly concurrency?: number;
}

export interface Session {
  /** Opened over HTTP, as everything that the run asks. */
  readonly model: Model;
  readonly taskModel: TaskModel;
  /** Null where nothing is compared. */
  readonly baseline: Model | null;
  /** Whether this task is part of the run. */
  includes(task: Task): boolean;
  /** Evaluates model and, where compared, baseline; tells of the model's records.
   *  @param only the id of one of the samples that the run asks; absent or null: all of them */
  evaluate(task: Task, only?: string | null): Promise<Evaluated>;
  /** A task as a value: one of the run is evaluated for the run, any other for the caller alone. */
  result(task: Task, options?: EvaluateOptions): Promise<TaskResult>;
  close(): Promise<void>;
}

export interface StandaloneOptions {
  /** Model references; default tiny-chat, and no baseline. */
  readonly model?: string;
  readonly baseline?: string | null;
  /** Samples a task at most; null: all. Default 6. */
  readonly limit?: number | null;
}

export async function openSession(options: StandaloneOptions = {}): Promise<Session> {
  const context = readRunContext();
  return context ? runSession(context) : standaloneSession(options);
}

/** The samples of a task that the run asks of it in this process. */
export async function samplesOfRun(task: Task, context: RunContext): Promise<readonly Sample[]> {
  const dataset = await task.dataset(context.datasets ?? undefined);
  const samples = selectSamples(dataset.samples, context.limit, context.seed);
  const { shard } = context;
  if (shard === null) return samples;
  return samplesOfShard(task, samples, { ...shard, position: shard.positions[taskName(task)]! });
}

async function runSession(context: RunContext): Promise<Session> {
  const model = await openTarget({
    reference: context.model,
    logPath: join(context.dir, runFiles.samples),
    processId: context.modelProcess,
    cache: context.cache,
  });
  const baseline =
    context.baseline === null
      ? null
      : await openTarget({
          reference: context.baseline,
          logPath: join(context.dir, runFiles.baselineSamples),
          processId: null,
          cache: context.baselineCache,
        });
  const includes = (task: Task): boolean => context.tasks.includes(taskName(task));
  const comparedWith = (task: Task): Target | null =>
    context.baselineTasks.includes(taskName(task)) ? baseline : null;
  const evaluate = async (task: Task, only: string | null = null): Promise<Evaluated> => {
    const all = await samplesOfRun(task, context);
    const compared = comparedWith(task);
    const asked = all
      .map((sample, index) => ({ sample, index }))
      .filter(({ sample }) => (only ?? sample.id) === sample.id);
    if (task.alternates && compared) return await inTurns(task, asked, model, compared, context);
    const samples = asked.map(({ sample }) => sample);
    const evaluated = await model.evaluate(task, samples, context);
    await compared?.evaluate(task, samples, context);
    return evaluated;
  };
  return {
    model: model.model,
    taskModel: model.taskModel,
    baseline: baseline?.model ?? null,
    includes,
    evaluate,
    result: async (task, options = {}) => {
      if (!includes(task) || Object.keys(options).length > 0) {
        const settings = { limit: context.limit, ...settingsOf(context, options) };
        return await aside(task, model, baseline, settings, context.datasets);
      }
      await evaluate(task);
      const dataset = await task.dataset(context.datasets ?? undefined);
      const samples = await samplesOfRun(task, context);
      return {
        task: summaryOf(task, dataset, samples.length * context.repeats),
        records: model.records(task),
        baselineRecords: comparedWith(task)?.records(task) ?? null,
        gates: task.gates ?? [],
      };
    },
    close: async () => {
      await model.close();
      await baseline?.close();
    },
  };
}

function settingsOf(
  settings: EvaluationSettings,
  options: EvaluateOptions,
): EvaluationSettings & { readonly limit?: number | null } {
  const { seed, repeats, concurrency } = settings;
  return { seed, repeats, concurrency, ...options };
}

/** Sample by sample, and each the other way round: what the machine does beside it meets both alike. */
async function inTurns(
  task: Task,
  asked: readonly { readonly sample: Sample; readonly index: number }[],
  model: Target,
  baseline: Target,
  settings: EvaluationSettings,
): Promise<Evaluated> {
  let all: Evaluated = { records: 0, errors: 0, firstError: null };
  for (const { sample, index } of asked) {
    const modelFirst = index % 2 === 0;
    if (!modelFirst) await baseline.evaluate(task, [sample], settings);
    const { records, errors, firstError } = await model.evaluate(task, [sample], settings);
    all = {
      records: all.records + records,
      errors: all.errors + errors,
      firstError: all.firstError ?? firstError,
    };
    if (modelFirst) await baseline.evaluate(task, [sample], settings);
  }
  return all;
}

/** For a test's own use: nothing of it goes into the run's folder. */
async function aside(
  task: Task,
  model: Target,
  baseline: Target | null,
  settings: EvaluationSettings & { readonly limit: number | null },
  folder: string | null,
): Promise<TaskResult> {
  const dataset = await task.dataset(folder ?? undefined);
  const samples = selectSamples(dataset.samples, settings.limit, settings.seed);
  return {
    task: summaryOf(task, dataset, samples.length * settings.repeats),
    records: await model.ask(task, samples, settings),
    baselineRecords: baseline && (await baseline.ask(task, samples, settings)),
    gates: task.gates ?? [],
  };
}

const STANDALONE_LIMIT = 6;
const standalone: EvaluationSettings = { seed: 0, repeats: 1, concurrency: 4 };

async function standaloneSession(options: StandaloneOptions): Promise<Session> {
  const { model: reference = 'tiny-chat', baseline: baselineReference = null } = options;
  const limit = options.limit === undefined ? STANDALONE_LIMIT : options.limit;
  const dir = await mkdtemp(join(tmpdir(), 'harness-'));
  const home = harnessHome();
  const hosted = [await hostModel(reference, { home })];
  if (baselineReference !== null) hosted.push(await hostModel(baselineReference, { home }));
  const [model, baseline] = await Promise.all(
    hosted.map(({ reference: url, processId }, i) =>
      openTarget({ reference: url, logPath: join(dir, `${i}.jsonl`), processId, cache: null }),
    ),
  );
  return {
    model: model!.model,
    taskModel: model!.taskModel,
    baseline: baseline?.model ?? null,
    includes: () => true,
    evaluate: async (task, only = null) => {
      const { samples } = await task.dataset();
      const asked = selectSamples(samples, limit, standalone.seed).filter(({ id }) => (only ?? id) === id);
      return await model!.evaluate(task, asked, standalone);
    },
    result: async (task, asked = {}) =>
      await aside(task, model!, baseline ?? null, { limit, ...settingsOf(standalone, asked) }, null),
    close: async () => {
      await Promise.all([model!.close(), baseline?.close()]);
      await Promise.all(hosted.map((one) => one.close()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
