/** What the run's parent process tells the Playwright process, through one environment variable. */
import type { Shard } from '../../reports/report-data.ts';

export interface RunContext {
  /** Run folder. */
  readonly dir: string;
  /** Base URL of the model's server, `http://host:port/v1#model`. */
  readonly model: string;
  /** The process that serves model and baseline; null for an endpoint elsewhere. */
  readonly modelProcess: number | null;
  /** The baseline's, where tasks are compared. */
  readonly baseline: string | null;
  /** Full names (`suite/task`) of the tasks to evaluate. */
  readonly tasks: readonly string[];
  /** Full names of those that the baseline answers too. */
  readonly baselineTasks: readonly string[];
  readonly seed: number;
  readonly repeats: number;
  readonly limit: number | null;
  readonly concurrency: number;
  /** Folder of datasets in place of the bundled ones. */
  readonly datasets: string | null;
  /** Absolute paths of the project's own tasks. */
  readonly taskFiles: readonly string[];
  /** Folder of the standard sets that were fetched. */
  readonly sets: string;
  /** Which part of each task is asked; null: all of it. */
  readonly shard: (Shard & { readonly positions: Readonly<Record<string, number>> }) | null;
  /** Where kept answers lie; null: the model is asked. */
  readonly cache: string | null;
  readonly baselineCache: string | null;
  /** One Playwright test a sample. */
  readonly explode: boolean;
}

const variable = 'HARNESS_RUN';

export function encodeRunContext(context: RunContext): Record<string, string> {
  return { [variable]: JSON.stringify(context) };
}

/** Null outside of `harness run`. */
export function readRunContext(env: NodeJS.ProcessEnv = process.env): RunContext | null {
  const text = env[variable];
  return text === undefined ? null : (JSON.parse(text) as RunContext);
}
