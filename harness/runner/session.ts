/** The worker's side of a run: evaluates the task of one Playwright test and appends its records.
 *  Without a run (a spec started by hand or by npm test) it hosts tiny-chat itself and evaluates a few samples. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModel } from '../models/open-model.ts';
import { runFiles } from '../runs/run-folder.ts';
import { readSampleLog, recordKey, SampleLog } from '../runs/sample-log.ts';
import type { Model } from '../../engine/index.ts';
import type { SampleRecord } from '../../reports/report-data.ts';
import type { Sample, Task, TaskModel } from '../tasks/task.ts';
import { evaluateTask } from './evaluate-task.ts';
import { hostModel } from './host-model.ts';
import { taskName } from './plan.ts';
import { readRunContext, type RunContext } from './run-context.ts';
import { selectSamples } from './select-samples.ts';

export interface Session {
  /** Whether this task is part of the run. */
  includes(task: Task): boolean;
  /** Evaluates model and, where compared, baseline; returns the model's records. */
  evaluate(task: Task): Promise<readonly SampleRecord[]>;
  close(): Promise<void>;
}

export async function openSession(): Promise<Session> {
  const context = readRunContext();
  return context ? runSession(context) : standaloneSession();
}

async function runSession(context: RunContext): Promise<Session> {
  const model = await openTarget(context.model, join(context.dir, runFiles.samples), context.modelProcess);
  const baseline =
    context.baseline === null
      ? null
      : await openTarget(context.baseline, join(context.dir, runFiles.baselineSamples), null);
  return {
    includes: (task) => context.tasks.includes(taskName(task)),
    evaluate: async (task) => {
      const dataset = await task.dataset(context.datasets ?? undefined);
      const samples = selectSamples(dataset.samples, context.limit, context.seed);
      const compared = context.baselineTasks.includes(taskName(task)) ? baseline : null;
      if (task.alternates && compared) return await inTurns(task, samples, model, compared, context);
      const records = await model.evaluate(task, samples, context);
      await compared?.evaluate(task, samples, context);
      return records;
    },
    close: async () => {
      await model.close();
      await baseline?.close();
    },
  };
}

/** Sample by sample, and each the other way round: what the machine does beside it meets both alike. */
async function inTurns(
  task: Task,
  samples: readonly Sample[],
  model: Target,
  baseline: Target,
  settings: EvaluationSettings,
): Promise<readonly SampleRecord[]> {
  let records: readonly SampleRecord[] = [];
  for (const [index, sample] of samples.entries()) {
    const modelFirst = index % 2 === 0;
    if (!modelFirst) await baseline.evaluate(task, [sample], settings);
    records = await model.evaluate(task, [sample], settings); // those before it included
    if (modelFirst) await baseline.evaluate(task, [sample], settings);
  }
  return records;
}

const standaloneSamples = 6;

async function standaloneSession(): Promise<Session> {
  const dir = await mkdtemp(join(tmpdir(), 'harness-'));
  const hosted = await hostModel('tiny-chat', { home: dir });
  const target = await openTarget(hosted.reference, join(dir, runFiles.samples), hosted.processId);
  const seed = 0;
  return {
    includes: () => true,
    evaluate: async (task) => {
      const dataset = await task.dataset();
      const samples = selectSamples(dataset.samples, standaloneSamples, seed);
      return target.evaluate(task, samples, { seed, repeats: 1, concurrency: 4 });
    },
    close: async () => {
      await target.close();
      await hosted.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type EvaluationSettings = Pick<RunContext, 'seed' | 'repeats' | 'concurrency'>;

interface Target {
  evaluate(
    task: Task,
    samples: readonly Sample[],
    settings: EvaluationSettings,
  ): Promise<readonly SampleRecord[]>;
  close(): Promise<void>;
}

/** A model behind HTTP and the log of its records. */
async function openTarget(reference: string, logPath: string, processId: number | null): Promise<Target> {
  const model = await openModel(reference);
  const log = new SampleLog(logPath);
  const taskModel = toTaskModel(model, reference, processId);
  return {
    evaluate: async (task, samples, settings) => {
      const kept = readSampleLog(logPath).records.filter(
        (record) => record.suite === task.suite && record.task === task.name && record.error === null,
      );
      const fresh: SampleRecord[] = [];
      await evaluateTask(task, samples, taskModel, {
        ...settings,
        done: new Set(kept.map(recordKey)),
        append: (record) => {
          fresh.push(record);
          log.append(record);
        },
      });
      return [...kept, ...fresh];
    },
    close: async () => {
      log.close();
      await model.close();
    },
  };
}

function toTaskModel(model: Model, reference: string, processId: number | null): TaskModel {
  return {
    generate: (request) => model.generate(request),
    logLikelihood: (request) => model.logLikelihood(request),
    url: new URL(reference).origin,
    reference,
    processId,
  };
}
