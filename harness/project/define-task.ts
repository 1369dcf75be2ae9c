/** Declares a task in the few words that most tasks need; YAML files come down to the same. */
import type { SamplingParameters } from '../../engine/index.ts';
import { samplingSignature } from '../catalog/sampling-signature.ts';
import { HarnessError } from '../errors.ts';
import { frequencies, type Dataset, type Frequency, type Sample, type Task } from '../tasks/task.ts';
import type { TaskCost, TaskGate } from '../tasks/task.ts';
import { namedScoring, type Scoring } from './scoring.ts';
import { datasetSource, taskDataset, type SampleMapping } from './task-dataset.ts';

/** A sample, or what a prompt template makes one of. */
export type TaskLine = Sample | Readonly<Record<string, unknown>>;

export interface TaskDefinition extends SampleMapping {
  /** The suite it belongs to, such as `support`; `harness run support` runs it. */
  readonly suite: string;
  /** Metrics are called `suite/name.metric`. */
  readonly name: string;
  /** A few words; default: the name. */
  readonly title?: string;
  /** What it asks and why it matters, one sentence; default: the title. */
  readonly description?: string;
  /** Default: commit, model and release. */
  readonly when?: readonly Frequency[];
  /** A bundled set by name (`facts`); a data file (JSON Lines, JSON, CSV, Parquet) or a folder of them, as a path from the current folder or
   *  as a URL; samples; or a function that loads them. */
  readonly dataset: string | URL | readonly TaskLine[] | ((folder?: string) => Promise<Dataset>);
  /** Default: at temperature 0, at most 128 tokens. The run gives the seed. */
  readonly sampling?: Omit<SamplingParameters, 'seed'>;
  /** Names that `harness score --list` shows, or scorings made with `scoring` or `namedScoring`. */
  readonly scorers: readonly (string | Scoring)[];
  readonly gates?: readonly TaskGate[];
  readonly cost?: TaskCost;
  /** Samples in flight at once; default: the run's. */
  readonly concurrency?: number;
  /** A kept answer would not do. */
  readonly uncached?: true;
}

const DEFAULT_SAMPLING = { temperature: 0, maxTokens: 128 };
const NAME = /^[a-z0-9][\w-]*$/i;

/** A task for `harness run`, as the default export of `suites/….task.ts`, and for the fixture `evaluate`.
 *  @throws HarnessError E_TASK_INVALID */
export function defineTask(definition: TaskDefinition): Task {
  const { suite, name, when = ['commit', 'model', 'release'], scorers, gates = [] } = definition;
  const refuse = (why: string): HarnessError =>
    new HarnessError('E_TASK_INVALID', `Task ${suite}/${name}: ${why}`);
  for (const each of [suite, name]) {
    if (!NAME.test(each)) throw refuse(`${JSON.stringify(each)} is no name; use letters, digits, - and _`);
  }
  const odd = when.find((each) => !frequencies.includes(each));
  if (odd !== undefined) throw refuse(`when has ${JSON.stringify(odd)}, expected ${frequencies.join(', ')}`);
  if (scorers.length === 0) throw refuse('there is no scorer, so nothing would be measured');

  const sampling = { ...DEFAULT_SAMPLING, ...definition.sampling };
  const scorings = scorers.map((each) => (typeof each === 'string' ? namedScoring(each) : each));
  const generation = `template:chat|${samplingSignature(sampling)}`;
  const metrics = scorings
    .flatMap((each) => each.metrics)
    .map((spec) => ({ ...spec, signature: `${spec.signature}|${generation}` }));
  const names = metrics.map(({ metric }) => metric);
  const twice = names.find((each, i) => names.indexOf(each) !== i);
  if (twice !== undefined) throw refuse(`two scorers make the metric ${twice}`);
  const unmeasured = gates.find(({ metric }) => !names.includes(metric));
  if (unmeasured) {
    throw refuse(`a gate is on ${JSON.stringify(unmeasured.metric)}; its metrics are ${names.join(', ')}`);
  }

  const { title = name, description = title, cost, concurrency, uncached } = definition;
  return {
    suite,
    name,
    title,
    description,
    when,
    dataset: datasetLoader(definition),
    sampling,
    scorers: distinctScorers(scorings, refuse),
    metrics,
    ...(gates.length > 0 && { gates }),
    ...(cost && { cost }),
    ...(concurrency !== undefined && { concurrency }),
    ...(uncached && { uncached }),
  };
}

/** Metrics of one score, over samples with different tags, are one computation.
 *  @param refuse for two computations that have one name */
function distinctScorers(
  scorings: readonly Scoring[],
  refuse: (why: string) => HarnessError,
): Scoring['scorer'][] {
  const known = new Map<string, { readonly scorer: Scoring['scorer']; readonly signature: string }>();
  for (const { scorer, metrics } of scorings) {
    const score = metrics.map((each) => each.score).join(', ');
    const signature = metrics.map((each) => each.signature).join(' ');
    const before = known.get(score);
    if (!before) known.set(score, { scorer, signature });
    else if (before.signature !== signature) throw refuse(`${score} is computed in two ways under one name`);
  }
  return [...known.values()].map(({ scorer }) => scorer);
}

function datasetLoader(definition: TaskDefinition): Task['dataset'] {
  const { dataset, prompt, system, references, clusters, tags, name } = definition;
  if (typeof dataset === 'function') return dataset;
  const mapping: SampleMapping = {
    ...(prompt !== undefined && { prompt }),
    ...(system !== undefined && { system }),
    ...(references !== undefined && { references }),
    ...(clusters !== undefined && { clusters }),
    ...(tags !== undefined && { tags }),
  };
  const source =
    typeof dataset === 'string' || dataset instanceof URL ? datasetSource(dataset) : { lines: dataset, name };
  return (folder) => taskDataset(source, mapping, folder);
}
