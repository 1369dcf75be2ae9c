/** In what two runs differ besides the model: what a reader has to know before believing a difference. */
import type { SetupDifference } from '../../reports/comparison-data.ts';
import type { RunInfo } from '../../reports/report-data.ts';
import { taskName } from './aggregate.ts';

export function setupDifferences(baseline: RunInfo, model: RunInfo): SetupDifference[] {
  const rows: SetupDifference[] = [
    row('seed', baseline.seed, model.seed),
    row('repeats', baseline.repeats, model.repeats),
    row('samples a task', baseline.limit ?? 'all', model.limit ?? 'all'),
    row('gates file', baseline.gates.digest, model.gates.digest),
    row('device', baseline.model.device, model.model.device),
    row('precision', baseline.model.dtype, model.model.dtype),
    ...datasetRows(baseline, model),
    ...versionRows(baseline, model),
  ];
  return rows.filter((each) => each.baseline !== each.model);
}

function row(what: string, baseline: string | number, model: string | number): SetupDifference {
  return { what, baseline: String(baseline), model: String(model) };
}

function datasetRows(baseline: RunInfo, model: RunInfo): SetupDifference[] {
  const digestIn = (run: RunInfo, name: string): string =>
    run.tasks.find((task) => taskName(task) === name)?.dataset.digest ?? 'not run';
  const names = new Set([...model.tasks, ...baseline.tasks].map(taskName));
  return [...names].map((name) => row(`dataset of ${name}`, digestIn(baseline, name), digestIn(model, name)));
}

function versionRows(baseline: RunInfo, model: RunInfo): SetupDifference[] {
  const names = new Set([...Object.keys(model.versions), ...Object.keys(baseline.versions)]);
  return [...names].map((name) =>
    row(`version of ${name}`, baseline.versions[name] ?? 'none', model.versions[name] ?? 'none'),
  );
}
