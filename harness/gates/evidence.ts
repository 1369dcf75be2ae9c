/** Whether a gate can be evaluated at all: the metric is there, the records are complete, errors are few.
 *  What is missing fails closed. */
import type { LeftOut, RunTask, SampleRecord } from '../../reports/report-data.ts';
import { recordKey } from '../runs/sample-log.ts';
import { nearest } from '../tasks/nearest.ts';
import { isErrorOf, scoreOf, taskName, type Summary } from './aggregate.ts';
import { errorClasses, errorsInWords, NO_ERRORS } from './error-classes.ts';
import type { Tolerance } from './gates-file.ts';
import type { LostPair } from './worst-case.ts';
import { count, counted, say } from './words.ts';

/** `suite/task.metric` in its parts; a task's name has no dot. */
export function splitMetric(name: string): { suite: string; taskName: string; metric: string } {
  const dot = name.indexOf('.', name.indexOf('/'));
  return {
    suite: name.slice(0, name.indexOf('/')),
    taskName: name.slice(0, dot),
    metric: name.slice(dot + 1),
  };
}

/** Why the run did not measure the metric on purpose; null where it should have. */
export function leftOutReason(metric: string, leftOut: readonly LeftOut[]): string | null {
  const parts = splitMetric(metric);
  return leftOut.find(({ name }) => name === parts.suite || name === parts.taskName)?.reason ?? null;
}

/** Whether a part was left out for the model's size alone: no other run of it would have done it. */
export function isBeyondModel({ leastParameters }: LeftOut, parameterCount: number | null): boolean {
  return leastParameters !== undefined && parameterCount !== null && parameterCount < leastParameters;
}

/** Why there is no such metric, with the name that was probably meant. */
export function missingMetric(name: string, tasks: readonly RunTask[]): string {
  const known = tasks.flatMap((task) => task.metrics.map((spec) => `${taskName(task)}.${spec.metric}`));
  const close = nearest(name, known);
  return `the run has no metric ${name}${close ? `; did you mean ${close}?` : ''}`;
}

/** Why the records of a task are not the sample that was planned; null where they are. */
export function incompleteRecords(
  task: RunTask,
  records: readonly SampleRecord[],
  whose = '',
): string | null {
  if (task.dataset.size === 0 || task.planned === 0) return `the dataset ${task.dataset.name} is empty`;
  const distinct = new Set(records.map(recordKey)).size;
  if (distinct < records.length) {
    return `${taskName(task)} has ${counted(records.length - distinct, `doubled ${whose}record`)}`;
  }
  if (records.length === task.planned) return null;
  return `${count(records.length)} of ${counted(task.planned, `planned ${whose}record`)} of ${taskName(task)} are there`;
}

/** Why so many samples are without a score that a verdict on the rest would mislead; null where it would not. */
export function tooFewScores(summary: Summary, tolerance: Tolerance, whose = ''): string | null {
  const { spec, records, errors, errorClasses: counts, undefinedCount } = summary;
  const among = counted(records.length, `${whose}sample`);
  if (errors > tolerance.maxErrorShare * records.length) {
    const first = records.find((record) => isErrorOf(record, spec))!.error!;
    return (
      `${count(errors)} of ${among} are errors (${errorsInWords(counts)}; first: ${first.code}), ` +
      `more than the ${percent(tolerance.maxErrorShare)} allowed`
    );
  }
  for (const each of errorClasses) {
    const limit = tolerance.maxErrorShareOf[each];
    if (limit === undefined || counts[each] <= limit * records.length) continue;
    const words = errorsInWords({ ...NO_ERRORS, [each]: counts[each] });
    return `${words} in ${among}, more than the ${percent(limit)} allowed of that class`;
  }
  if (summary.value === null) return summary.reason ?? 'it has no value';
  if (undefinedCount > tolerance.maxUndefinedShare * records.length) {
    const why = reasonOfFirstUndefined(summary);
    return (
      `the score is undefined for ${count(undefinedCount)} of ${among}${why}, ` +
      `more than the ${percent(tolerance.maxUndefinedShare)} allowed`
    );
  }
  return null;
}

function reasonOfFirstUndefined({ records, spec }: Summary): string {
  const why = records.map(({ reasons }) => reasons[spec.score]).find((reason) => reason !== undefined);
  return why === undefined ? '' : ` (first: ${why})`;
}

function percent(share: number): string {
  return `${say(share * 100)}%`;
}

export interface Pairing {
  readonly values: readonly number[];
  readonly baselineValues: readonly number[];
  readonly clusters: readonly string[];
  /** Pairs with an error on either side. */
  readonly lost: readonly LostPair[];
  /** Pairs without error in which the score is undefined on one side: an answer that cannot be scored may be what got worse. */
  readonly oneSided: readonly LostPair[];
  /** Pairs in which it is undefined on both sides: nothing to compare. */
  readonly undefinedPairs: number;
}

/** Scores of the model and of its baseline on the same samples, or why they are not comparable. */
export function pair(summary: Summary, baseline: Summary, tolerance: Tolerance): Pairing | { fault: string } {
  const partners = new Map(baseline.records.map((record) => [recordKey(record), record]));
  const values: number[] = [];
  const baselineValues: number[] = [];
  const clusters: string[] = [];
  const lost: LostPair[] = [];
  const oneSided: LostPair[] = [];
  let undefinedPairs = 0;
  for (const record of summary.records) {
    const partner = partners.get(recordKey(record));
    const id = `${record.sampleId}${record.repeat > 0 ? `, repeat ${record.repeat}` : ''}`;
    if (!partner) return { fault: `the baseline has no record of sample ${id}` };
    if (partner.inputDigest !== record.inputDigest) {
      return { fault: `model and baseline were not asked the same: the input of sample ${id} differs` };
    }
    const value = scoreOf(record, summary.spec);
    const baselineValue = scoreOf(partner, summary.spec);
    if (value !== null && baselineValue !== null) {
      values.push(value);
      baselineValues.push(baselineValue);
      clusters.push(record.cluster);
    } else if (isErrorOf(record, summary.spec) || isErrorOf(partner, summary.spec)) {
      lost.push({ value, baselineValue, cluster: record.cluster });
    } else if (value !== null || baselineValue !== null) {
      oneSided.push({ value, baselineValue, cluster: record.cluster });
    } else {
      undefinedPairs++;
    }
  }
  const total = summary.records.length;
  if (lost.length > tolerance.maxErrorShare * total) {
    return {
      fault:
        `${count(lost.length)} of ${counted(total, 'pair')} have an error on one side, ` +
        `more than the ${percent(tolerance.maxErrorShare)} allowed`,
    };
  }
  if (oneSided.length > tolerance.maxUndefinedShare * total) {
    return {
      fault:
        `${count(oneSided.length)} of ${counted(total, 'pair')} have a score on one side only, ` +
        `more than the ${percent(tolerance.maxUndefinedShare)} allowed`,
    };
  }
  if (values.length === 0) return { fault: 'no pair has a score on both sides' };
  return { values, baselineValues, clusters, lost, oneSided, undefinedPairs };
}
