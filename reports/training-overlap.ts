/** What is said of training data that hold what a run asks. */
import type { RunInfo } from './report-data.ts';

/** `3 of 400 samples stand in train.jsonl: quality/facts 3`. */
export function overlapInWords({
  files,
  unread = [],
  samples,
  contaminated,
  tasks,
}: NonNullable<RunInfo['trainingOverlap']>): string {
  const missing = unread.map(({ name, reason }) => `${name} ${reason}`);
  if (files.length === 0) return `not looked into: ${missing.join(', ')}`;
  const beside = missing.length > 0 ? `; not looked into: ${missing.join(', ')}` : '';
  const names = files.map(({ name }) => name).join(', ');
  if (contaminated === 0) return `none of ${samples} samples stands in ${names}${beside}`;
  const byTask = Object.entries(tasks).map(([task, count]) => `${task} ${count}`);
  return `${contaminated} of ${samples} samples stand in ${names}: ${byTask.join(', ')}${beside}`;
}
