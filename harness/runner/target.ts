/** A model behind HTTP, the log of its records and the answers kept of it: what one side of a run is asked through. */
import { openModel } from '../models/open-model.ts';
import { recordKey, readSampleLog, SampleLog } from '../runs/sample-log.ts';
import type { Model } from '../../engine/index.ts';
import type { SampleRecord } from '../../reports/report-data.ts';
import type { Sample, Task, TaskModel } from '../tasks/task.ts';
import { evaluateTask } from './evaluate-task.ts';
import { ResponseCache } from './response-cache.ts';
import type { RunContext } from './run-context.ts';

export type EvaluationSettings = Pick<RunContext, 'seed' | 'repeats' | 'concurrency'>;

/** What became of the samples asked: those that an earlier attempt answered included. */
export interface Evaluated {
  readonly records: number;
  readonly errors: number;
  readonly firstError: string | null;
}

export interface Target {
  readonly model: Model;
  readonly taskModel: TaskModel;
  /** Asks what is not answered yet. */
  evaluate(task: Task, samples: readonly Sample[], settings: EvaluationSettings): Promise<Evaluated>;
  /** Evaluates beside the log: the records are the caller's alone. */
  ask(task: Task, samples: readonly Sample[], settings: EvaluationSettings): Promise<readonly SampleRecord[]>;
  /** The task's records in the log. */
  records(task: Task): readonly SampleRecord[];
  close(): Promise<void>;
}

interface TargetOptions {
  readonly reference: string;
  readonly logPath: string;
  /** The process that serves it; null for an endpoint elsewhere. */
  readonly processId: number | null;
  /** File of kept answers; null: none. */
  readonly cache: string | null;
}

export async function openTarget({
  reference,
  logPath,
  processId,
  cache: cacheFile,
}: TargetOptions): Promise<Target> {
  const model = await openModel(reference);
  const done = new Set(
    readSampleLog(logPath)
      .records.filter(({ error }) => error === null)
      .map(recordKey),
  );
  const log = new SampleLog(logPath);
  const cache = cacheFile === null ? null : new ResponseCache(cacheFile);
  const taskModel = toTaskModel(model, reference, processId);
  return {
    model,
    taskModel,
    evaluate: async (task, samples, settings) => {
      let errors = 0;
      let firstError: string | null = null;
      await evaluateTask(task, samples, taskModel, {
        ...settings,
        cache,
        done,
        append: (record) => {
          log.append(record);
          if (record.error === null) done.add(recordKey(record));
          else {
            errors++;
            firstError ??= record.error.message;
          }
        },
      });
      return { records: samples.length * settings.repeats, errors, firstError };
    },
    ask: async (task, samples, settings) => {
      const records: SampleRecord[] = [];
      const append = (record: SampleRecord): void => void records.push(record);
      await evaluateTask(task, samples, taskModel, { ...settings, cache, done: new Set(), append });
      return records;
    },
    records: (task) =>
      readSampleLog(logPath).records.filter(
        (record) => record.suite === task.suite && record.task === task.name,
      ),
    close: async () => {
      cache?.close();
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
