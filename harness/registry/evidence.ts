/** What a promotion rests on, kept beside the model for as long as the registry: the run's record, metrics, verdict
 *  and gates, and the digests of its samples and report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { toJson, writeSynced } from '../runs/atomic-write.ts';
import { digestOf, digestOfJson } from '../runs/digest.ts';
import { runFiles, type RunFolder } from '../runs/run-folder.ts';
import type { Verdict } from '../../reports/report-data.ts';
import { folderOfDigest, placeFolder, readRecord, stagingFolder, type RegistryFolders } from './layout.ts';

interface Evidence {
  readonly runId: string;
  /** Of every file of the run folder that was there, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The verdict as computed again from the samples. */
  readonly verdict: Verdict;
}

const KEPT: ReadonlySet<string> = new Set([runFiles.run, runFiles.metrics, runFiles.verdict, runFiles.gates]);
const EVIDENCE_FILE = 'evidence.json';

/** @returns the digest of the evidence */
export async function keepEvidence(
  run: RunFolder,
  verdict: Verdict,
  folders: RegistryFolders,
): Promise<string> {
  const staged = await stagingFolder(folders);
  const entries: [string, string][] = [];
  for (const name of Object.values(runFiles)) {
    const content = await readFile(join(run.dir, name)).catch(() => null);
    if (content === null) continue;
    entries.push([name, digestOf(content)]);
    if (KEPT.has(name)) await writeSynced(join(staged, name), content);
  }
  const evidence: Evidence = { runId: run.run.id, files: Object.fromEntries(entries), verdict };
  await writeSynced(join(staged, EVIDENCE_FILE), toJson(evidence));
  const digest = digestOfJson(evidence);
  await placeFolder(staged, join(folders.evidence, folderOfDigest(digest)), folders.evidence);
  return digest;
}

/** What is wrong with kept evidence; null when it is as it was. */
export async function faultOfEvidence(digest: string, folders: RegistryFolders): Promise<string | null> {
  const folder = join(folders.evidence, folderOfDigest(digest));
  try {
    const evidence = await readRecord<Evidence>(join(folder, EVIDENCE_FILE));
    if (digestOfJson(evidence) !== digest) return `${join(folder, EVIDENCE_FILE)} was changed`;
    for (const name of KEPT) {
      const content = await readFile(join(folder, name)).catch(() => null);
      if (content === null) return `${join(folder, name)} is missing`;
      if (digestOf(content) !== evidence.files[name]) return `${join(folder, name)} was changed`;
    }
    return null;
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}
