/** Whether a run that is reopened is still the one that was begun: its own options stand, and model, gates and questions
 *  are the same by digest. */
import { HarnessError } from '../errors.ts';
import { digestOfJson } from '../runs/digest.ts';
import type { Looks, RunInfo } from '../../reports/report-data.ts';
import type { ModelInfo } from '../../engine/index.ts';
import type { Task } from '../tasks/task.ts';
import { planRun, type Plan, type PlanOptions } from './plan.ts';
import type { RunOptions } from './run-options.ts';

export function configurationDigest(plan: Plan, options: PlanOptions, looks: Looks | null): string {
  const { seed, repeats, limit, datasets } = options;
  const tasks = plan.tasks.map(({ task, summary }) => ({ ...summary, sampling: task.sampling ?? null }));
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

/** What an earlier run was asked stands, whatever is asked now. */
export function reopenedOptions(asked: RunOptions, earlier: RunInfo, extended: Looks | null): RunOptions {
  if (extended === null && earlier.status === 'complete') {
    throw new HarnessError('E_USAGE', `The run in ${asked.resume} is complete; there is nothing to resume`);
  }
  return {
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
