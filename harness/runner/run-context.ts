/** What the run's parent process tells the Playwright process, through one environment variable. */
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
