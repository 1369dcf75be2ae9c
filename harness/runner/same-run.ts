/** Whether a run that is reopened is still the one that was begun: its own options stand, and model, gates and questions
 *  are the same by digest. */
import { resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { digestOfJson } from '../runs/digest.ts';
import type { Looks, RunInfo } from '../../reports/report-data.ts';
import type { ModelInfo } from '../../engine/index.ts';
import type { Task } from '../tasks/task.ts';
import { planRun, type Plan, type PlanOptions } from './plan.ts';
import type { RunOptions } from './run-options.ts';

export function configurationDigest(plan: Plan, options: PlanOptions, looks: Looks | null): string {
  const { seed, repeats, limit, datasets } = options;
  const tasks = plan.tasks.map(({ task, summary }) => {
    // Where a file lies changes nothing of what is asked.
    const { path: _, ...dataset } = summary.dataset;
    return { ...summary, dataset, sampling: task.sampling ?? null };
  });
  const configuration = { tasks, seed, repeats, limit, datasets: datasets !== null };
  if (looks === null) return digestOfJson(configuration);
  const { look, spending, first, second, parts } = looks;
  return digestOfJson({ ...configuration, looks: { look, spending, first, second, parts } });
}

/** What the digest of the first look's configuration is today, for comparison with what it was. */
export async function configurationOfFirstLook(
  earlier: RunInfo,
  model: ModelInfo,
  options: RunOptions,
  catalog: readonly Task[],
): Promise<string> {
  const looks = { ...earlier.looks!, look: 1 as const };
  const first = { ...options, ...looks.first, looks };
  const plan = await planRun(catalog, model, first);
  return configurationDigest(plan, first, { ...looks, parts: plan.parts });
}

/** What an earlier run was asked stands; what is asked now may repeat it.
 *  @throws HarnessError E_USAGE for an option that contradicts it, and for a run that is complete */
export function reopenedOptions(asked: RunOptions, earlier: RunInfo, extended: Looks | null): RunOptions {
  if (extended === null && earlier.status === 'complete') {
    throw new HarnessError('E_USAGE', `The run in ${asked.resume} is complete; there is nothing to resume`);
  }
  const reopened: RunOptions = {
    ...asked,
    suites: earlier.asked ?? earlier.suites,
    model: earlier.model.reference,
    baseline: earlier.baseline?.reference ?? null,
    gates: earlier.gates.path,
    datasets: earlier.datasets,
    device: earlier.model.device,
    dtype: earlier.model.dtype,
    ...(earlier.baseline && { baselineDtype: earlier.baseline.dtype }),
    seed: earlier.seed,
    when: (earlier.when ?? null) as RunOptions['when'],
    shard: earlier.shard ?? null,
    repeats: extended ? extended.second.repeats : earlier.repeats,
    limit: extended ? extended.second.limit : earlier.limit,
  };
  const contradicted = (asked.explicit ?? []).filter((name) => !isSame(name, asked[name], reopened[name]));
  if (contradicted.length === 0) return reopened;
  const said = contradicted.map(
    (name) => `${optionName(name)} ${shown(asked[name])}, the run ${shown(reopened[name])}`,
  );
  throw new HarnessError(
    'E_USAGE',
    `The run in ${asked.resume ?? asked.extend} was asked otherwise: ${said.join('; ')}`,
    {
      remedy: `Leave ${contradicted.map(optionName).join(' and ')} out, or start a new run.`,
    },
  );
}

const optionName = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'has none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Paths may be written in several ways. */
const PATHS: ReadonlySet<string> = new Set(['gates', 'datasets', 'model', 'baseline']);

function isSame(name: string, asked: unknown, stands: unknown): boolean {
  if (name === 'device' && asked === 'auto') return true;
  if (PATHS.has(name) && typeof asked === 'string' && typeof stands === 'string') {
    return asked === stands || resolve(asked) === resolve(stands);
  }
  return digestOfJson(asked ?? null) === digestOfJson(stands ?? null);
}

/** Records of two different models or question sets must never be mixed in one log. */
export function requireSame(earlier: RunInfo, now: RunInfo): void {
  const parts = (info: RunInfo) => ({
    model: info.model.digests,
    baseline: info.baseline?.digests ?? null,
    // Runs of older versions do not tell; what is not known of one is not compared.
    script: earlier.model.script === undefined ? null : (info.model.script ?? null),
    'baseline script': earlier.baseline?.script === undefined ? null : (info.baseline?.script ?? null),
    gates: info.gates.digest,
    configuration: info.configurationDigest,
  });
  const [before, after] = [parts(earlier), parts(now)];
  const changed = (Object.keys(before) as (keyof typeof before)[]).filter(
    (part) => digestOfJson(before[part]) !== digestOfJson(after[part]),
  );
  if (changed.length > 0) {
    throw new HarnessError('E_USAGE', `Cannot go on: ${changed.join(', ')} changed since the run began`, {
      remedy: 'Start a new run.',
    });
  }
}
