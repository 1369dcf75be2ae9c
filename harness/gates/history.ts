/** The metrics of many runs over time, with the places where their level changed. Shows, judges nothing: runs of different
 *  models stand in one series, for that is what one wants to see change. */
import type { HistoryData, HistoryPoint, HistorySeries } from '../../reports/history-data.ts';
import type { ReportData, RunTask } from '../../reports/report-data.ts';
import { changePoints } from '../stats/change-points.ts';
import { taskName } from './aggregate.ts';

type PastRun = Pick<ReportData, 'run' | 'metrics' | 'verdict'>;

/** @param runs in any order */
export function historyOf(
  dir: string,
  runs: readonly PastRun[],
  passedOver: HistoryData['passedOver'],
): HistoryData {
  const sorted = [...runs].sort((a, b) => (a.run.startedAt < b.run.startedAt ? -1 : 1));
  const names = new Set(sorted.flatMap(({ run }) => run.tasks.flatMap(metricNames)));
  return {
    dir,
    runs: sorted.map(({ run, verdict }) => ({
      id: run.id,
      startedAt: run.startedAt,
      model: run.model.reference,
      outcome: verdict.outcome,
      sentence: verdict.sentence,
    })),
    series: [...names].sort().flatMap((name) => seriesOf(name, sorted) ?? []),
    passedOver,
  };
}

function metricNames(task: RunTask): string[] {
  return task.metrics.map(({ metric }) => `${taskName(task)}.${metric}`);
}

/** Points computed as the newest was, on the same data; null where there is none. */
function seriesOf(name: string, runs: readonly PastRun[]): HistorySeries | null {
  const found = runs.flatMap(({ run, metrics }, at) => {
    const row = metrics.metrics.find((each) => `${taskName(each)}.${each.metric}` === name);
    const dataset = row && run.tasks.find((task) => taskName(task) === taskName(row))?.dataset.digest;
    return row?.value === null || !row
      ? []
      : [{ at, row, value: row.value, kind: `${row.signature} ${dataset}` }];
  });
  const withoutValue = runs.filter(({ metrics }) =>
    metrics.metrics.some((each) => `${taskName(each)}.${each.metric}` === name && each.value === null),
  ).length;
  const newest = found.at(-1);
  if (!newest) return null;
  const alike = found.filter(({ kind }) => kind === newest.kind);
  const points = alike.map(({ at, value, row }): HistoryPoint => ({
    run: at,
    value,
    low: row.low,
    high: row.high,
  }));
  return {
    name,
    better: newest.row.better,
    unit: newest.row.unit,
    points,
    changes: changePoints(
      points.map((point) => ({ value: point.value, standardError: standardErrorOf(point) })),
    ),
    leftOut: found.length - alike.length,
    withoutValue,
  };
}

/** By the interval's half width; an interval that has none says nothing. */
function standardErrorOf({ low, high }: HistoryPoint): number {
  return low === null || high === null ? 0 : (high - low) / 2 / 1.96;
}
