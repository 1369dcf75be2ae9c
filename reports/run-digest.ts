/** One digest of all that a reviewer of a run judges: which model, against what, by which gates, and every record. A
 *  review names it, and counts for no other run. */
import { createHash } from 'node:crypto';
import type { Digest, ReportData } from './report-data.ts';

export function runDigest({ run, samples }: Pick<ReportData, 'run' | 'samples'>): Digest {
  const { id, startedAt, model, baseline, gates, configurationDigest } = run;
  const hash = createHash('sha256');
  hash.update(canonicalJson({ id, startedAt, model, baseline, gates, configurationDigest }));
  // A resumed run holds its records in another order than it wrote them.
  for (const line of samples.map(canonicalJson).sort()) hash.update(`\n${line}`);
  return `sha256:${hash.digest('hex')}`;
}

/** The same text for the same data, in whichever order its keys were written. */
function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}
