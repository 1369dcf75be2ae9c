/** What a run did not evaluate, and why: all that keeps its verdict from being the whole story.
 *  Knows the run's data; knows nothing of how it is shown. */
import { countOf } from './app/format.js';
import { fullName, taskOf } from './metric-names.ts';
import type { ErrorCounts, ReportData, RunTask, SampleRecord } from './report-data.ts';

interface Gap {
  readonly what: string;
  readonly why: string;
}

/** Reasons in the order in which they first appear, each with all that it kept from being evaluated. */
export function notEvaluated(data: ReportData): { readonly what: string[]; readonly why: string }[] {
  const gaps = [
    ...runGaps(data),
    ...gateGaps(data),
    ...data.run.tasks.flatMap((task) => taskGaps(data, task)),
  ];
  const byReason = new Map<string, string[]>();
  for (const { what, why } of gaps) byReason.set(why, [...(byReason.get(why) ?? []), what]);
  return [...byReason].map(([why, what]) => ({ what, why }));
}

function runGaps({ run }: ReportData): Gap[] {
  const gaps: Gap[] = [];
  if (run.status !== 'complete') {
    gaps.push({ what: 'The whole run', why: `It is ${run.status}: what follows is what there was of it.` });
  }
  if (run.limit !== null) {
    gaps.push({
      what: 'All but the first samples',
      why: `Limited to ${countOf(run.limit, 'sample')} a task; a limited run cannot be promoted.`,
    });
  }
  for (const { name, reason } of run.leftOut) gaps.push({ what: name, why: reason });
  return gaps;
}

/** A gate of a task that was left out has no reason of its own. */
function gateGaps({ run, verdict }: ReportData): Gap[] {
  const leftOut = new Set(run.leftOut.map(({ name }) => name));
  return verdict.gates
    .filter(
      ({ outcome, metric }) =>
        outcome === 'could-not-evaluate' || (outcome === 'not-applicable' && !leftOut.has(taskOf(metric))),
    )
    .map(({ metric, rule, reason }) => ({ what: `${metric}, ${rule}`, why: reason }));
}

function taskGaps(data: ReportData, task: RunTask): Gap[] {
  const name = `${task.suite}/${task.task}`;
  const samples = data.samples.filter((one) => one.suite === task.suite && one.task === task.task);
  const gaps: Gap[] = [];
  if (samples.length < task.planned) {
    gaps.push({
      what: name,
      why: `${countOf(task.planned - samples.length, 'sample')} of ${task.planned} planned left no record.`,
    });
  }
  const errors = samples.filter(({ error }) => error !== null);
  if (errors.length > 0) {
    gaps.push({
      what: name,
      why: `${countOf(errors.length, 'sample')} of ${samples.length} ended in an error${classesOf(data, task)}: ${codesOf(errors)}.`,
    });
  }
  for (const row of data.metrics.metrics) {
    if (row.suite !== task.suite || row.task !== task.task) continue;
    if (row.value === null) {
      gaps.push({ what: fullName(row), why: row.reason ?? 'It is undefined.' });
    } else if (row.undefinedCount > 0) {
      const reason = row.reason ? `: ${row.reason}` : '; the samples say why.';
      gaps.push({ what: fullName(row), why: `${countOf(row.undefinedCount, 'score')} undefined${reason}` });
    }
  }
  return gaps;
}

/** The classes of a task's errors, as a metric of all of its samples counts them. */
function classesOf({ metrics }: ReportData, { suite, task, metrics: specs }: RunTask): string {
  const whole = specs.find(({ tag }) => tag === undefined);
  const row = metrics.metrics.find(
    (each) => each.suite === suite && each.task === task && each.metric === whole?.metric,
  );
  const words = row?.errorClasses ? errorsByClass(row.errorClasses) : '';
  return words === '' ? '' : ` (${words})`;
}

/** `3 infrastructure, 1 timeout`; empty where there is none. */
export function errorsByClass(counts: ErrorCounts): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** `E_TIMEOUT (3), E_ENDPOINT (1)`, most frequent first. */
function codesOf(samples: readonly SampleRecord[]): string {
  const counts = new Map<string, number>();
  for (const { error } of samples) if (error) counts.set(error.code, (counts.get(error.code) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([code, count]) => `${code} (${count})`)
    .join(', ');
}
