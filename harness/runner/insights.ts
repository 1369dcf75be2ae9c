/** What a report shows besides metrics and verdict, from a run's records: metrics by group, and calibration where
 *  samples state a confidence. Shown, never judged. */
import type { Calibration, GroupRow, ReportData, RunTask, SampleRecord } from '../../reports/report-data.ts';
import { groupByTask, summarize, taskName } from '../gates/aggregate.ts';
import { reliabilityBins } from '../metrics/calibration.ts';

/** Samples below which a group says nothing. */
const LEAST_SAMPLES = 5;
/** The score by which a sample states how sure its answer is, in [0, 1]. */
const CONFIDENCE = 'confidence';
const BINS = 10;

export function insightsOf(
  data: Pick<ReportData, 'run' | 'samples' | 'baselineSamples'>,
): Pick<ReportData, 'groups' | 'calibrations'> {
  const byTask = groupByTask(data.samples);
  const baselineByTask = groupByTask(data.baselineSamples ?? []);
  return {
    groups: data.run.tasks.flatMap((task) =>
      groupRows(task, byTask.get(taskName(task)) ?? [], baselineByTask.get(taskName(task)) ?? []),
    ),
    calibrations: data.run.tasks.flatMap((task) => calibrationOf(task, byTask.get(taskName(task)) ?? [])),
  };
}

/** Each metric of all samples, by each tag that some of them have and some have not. */
function groupRows(
  task: RunTask,
  records: readonly SampleRecord[],
  baseline: readonly SampleRecord[],
): GroupRow[] {
  const counts = new Map<string, number>();
  for (const tag of records.flatMap(({ tags }) => [...new Set(tags)]))
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const tags = [...counts]
    .filter(([, count]) => count >= LEAST_SAMPLES && count < records.length)
    .map(([tag]) => tag)
    .sort();
  const whole = task.metrics.filter(
    ({ tag, aggregate }) => tag === undefined && (aggregate === 'mean' || aggregate === 'proportion'),
  );
  return whole.flatMap((spec) =>
    tags.flatMap((tag): GroupRow[] => {
      const { value, low, high, scores } = summarize(task, { ...spec, tag }, records);
      if (value === null || scores.length < LEAST_SAMPLES) return [];
      const before = summarize(task, { ...spec, tag }, baseline).value;
      const { suite, task: name } = task;
      return [
        { suite, task: name, metric: spec.metric, tag, value, low, high, n: scores.length, baseline: before },
      ];
    }),
  );
}

/** Stated confidence against the task's first yes-or-no score. */
function calibrationOf(task: RunTask, records: readonly SampleRecord[]): Calibration[] {
  const right = task.metrics.find(
    ({ aggregate, tag }) => aggregate === 'proportion' && tag === undefined,
  )?.score;
  if (right === undefined) return [];
  const stated = records.flatMap(({ scores }) => {
    const [confidence, outcome] = [scores[CONFIDENCE], scores[right]];
    const isStated = typeof confidence === 'number' && confidence >= 0 && confidence <= 1;
    return isStated && (outcome === 0 || outcome === 1)
      ? [{ confidence, outcome: outcome === 1 ? (1 as const) : (0 as const) }]
      : [];
  });
  if (stated.length === 0) return [];
  const bins = reliabilityBins(
    stated.map(({ confidence }) => confidence),
    stated.map(({ outcome }) => outcome),
    { bins: BINS },
  ).flatMap(({ n, confidence, accuracy }) =>
    confidence === null || accuracy === null ? [] : [{ n, confidence, accuracy }],
  );
  const n = stated.length;
  const error = bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.confidence - bin.accuracy), 0);
  return [{ suite: task.suite, task: task.task, n, bins, error }];
}
