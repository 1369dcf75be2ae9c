/** Follows a training run on an MLflow tracking server: its parameters, its curves, how it ended. A server that no
 *  longer answers is told of once and does not end the training. */
import { scalarsOf, type TrainingTracker } from '../../engine/index.ts';
import { MlflowClient, type MlflowCredentials, type MlflowMetric } from './mlflow-client.ts';

export interface MlflowTrackerOptions {
  readonly uri: string;
  readonly credentials: MlflowCredentials;
  readonly experiment: string;
  /** Name of the run. */
  readonly run: string;
  /** Sections of keys. */
  readonly parameters: Readonly<Record<string, object>>;
  readonly onNotice: (notice: string) => void;
}

type LogLine = Parameters<TrainingTracker['log']>[0];
type Outcome = Parameters<TrainingTracker['end']>[0];

/** Longest value that MLflow takes. */
const MOST_TEXT = 6000;

export class MlflowTracker implements TrainingTracker {
  readonly #options: MlflowTrackerOptions;
  readonly #client: MlflowClient;
  #run: string | null = null;

  /** @throws HarnessError E_USAGE for what is no URI of a server */
  constructor(options: MlflowTrackerOptions) {
    this.#options = options;
    this.#client = new MlflowClient(options.uri, options.credentials);
  }

  /** Begins a run; one that resumes another names the step.
   *  @throws HarnessError E_MLFLOW when the server does not answer: then nothing is trained for nothing */
  async start(resumedStep: number): Promise<void> {
    const { experiment, run, parameters } = this.#options;
    const tags = { 'harness.resumed_step': String(resumedStep) };
    const { id } = await this.#client.createRun(
      await this.#client.ensureExperiment(experiment),
      run,
      Date.now(),
      tags,
    );
    await this.#client.logParameters(id, flat(parameters));
    this.#run = id;
  }

  async log(line: LogLine): Promise<void> {
    const metrics = Object.entries(scalarsOf(line)).map(([key, value]): MlflowMetric => ({
      key,
      value,
      step: line.step,
    }));
    await this.#tell((run) => this.#client.logMetrics(run, metrics, Date.now()));
  }

  async end(outcome: Outcome): Promise<void> {
    const status = { finished: 'FINISHED', interrupted: 'KILLED', failed: 'FAILED' } as const;
    await this.#tell((run) => this.#client.endRun(run, status[outcome]));
  }

  async #tell(what: (run: string) => Promise<void>): Promise<void> {
    if (this.#run === null) return;
    try {
      await what(this.#run);
    } catch (error) {
      this.#run = null;
      this.#options.onNotice(
        `nothing more is logged to MLflow: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** Values of nested sections by dotted keys; what is not set is left out. */
function flat(sections: object, prefix = ''): Record<string, string> {
  const entries = Object.entries(sections).flatMap(([key, value]: [string, unknown]) => {
    if (value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value)) {
      return Object.entries(flat(value, `${prefix}${key}.`));
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [[`${prefix}${key}`, text.slice(0, MOST_TEXT)] as const];
  });
  return Object.fromEntries(entries);
}
