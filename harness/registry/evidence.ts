/** What a promotion rests on, kept beside the model for as long as the registry: who promoted what and why, the run's
 *  record (versions, seed, command), metrics, verdict and gates, the policy, the reviews, and the digests of all files of
 *  the run. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { toJson, writeSynced } from '../runs/atomic-write.ts';
import { digestOf, digestOfJson } from '../runs/digest.ts';
import { runFiles, type RunFolder } from '../runs/run-folder.ts';
import type { Verdict } from '../../reports/report-data.ts';
import type { AliasMove } from './aliases.ts';
import { findContent, pin, placeContent } from './content.ts';
import { readRecord, stagingFolder, type RegistryFolders } from './layout.ts';

/** The promotion itself, as its move says it. */
const promotionKeys = [
  'alias',
  'name',
  'version',
  'object',
  'dtype',
  'at',
  'by',
  'reason',
  'override',
] as const satisfies readonly (keyof AliasMove)[];

export type Promotion = Pick<AliasMove, (typeof promotionKeys)[number]>;

export interface Evidence {
  readonly runId: string;
  /** Of every file of the run folder that was there, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Of what is kept here: a part of the run's files, and the policies. Absent in records of version 0.1.0. */
  readonly kept?: Readonly<Record<string, string>>;
  /** The verdict as computed again from the samples. */
  readonly verdict: Verdict;
  readonly promotion?: Promotion;
}

export interface KeptEvidence {
  readonly digest: string;
  /** Keeps collectors off the evidence; call it once a move refers to it. */
  readonly letGo: () => Promise<void>;
}

const KEPT: ReadonlySet<string> = new Set([runFiles.run, runFiles.metrics, runFiles.verdict, runFiles.gates]);
const EVIDENCE_FILE = 'evidence.json';

/** @param texts of the policies that were asked and the reviews that were handed in, by file name */
export async function keepEvidence(
  run: RunFolder,
  verdict: Verdict,
  promotion: Promotion,
  texts: ReadonlyMap<string, string>,
  folders: RegistryFolders,
): Promise<KeptEvidence> {
  const staged = await stagingFolder(folders);
  try {
    const files: Record<string, string> = {};
    const kept: Record<string, string> = {};
    const keep = async (name: string, content: string | Uint8Array): Promise<void> => {
      kept[name] = digestOf(content);
      await writeSynced(join(staged, name), content);
    };
    for (const name of Object.values(runFiles)) {
      const content = await readFile(join(run.dir, name)).catch(() => null);
      if (content === null) continue;
      files[name] = digestOf(content);
      if (KEPT.has(name)) await keep(name, content);
    }
    for (const [name, text] of texts) await keep(name, text);
    const evidence: Evidence = { runId: run.run.id, files, kept, verdict, promotion };
    await writeSynced(join(staged, EVIDENCE_FILE), toJson(evidence));
    const digest = digestOfJson(evidence);
    const letGo = await pin(digest, folders);
    await placeContent(staged, { kind: 'evidence', digest }, folders);
    return { digest, letGo };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** @throws HarnessError E_REGISTRY when it is missing or damaged */
export async function readEvidence(digest: string, folders: RegistryFolders): Promise<Evidence> {
  const path = join(await findContent({ kind: 'evidence', digest }, folders), EVIDENCE_FILE);
  const evidence = await readRecord<Evidence>(path);
  if (digestOfJson(evidence) !== digest) throw new HarnessError('E_REGISTRY', `${path} was changed`);
  return evidence;
}

/** What is wrong with the evidence of a move; null when it is as it was, and says what the move says. */
export async function faultOfEvidence(move: AliasMove, folders: RegistryFolders): Promise<string | null> {
  try {
    const folder = await findContent({ kind: 'evidence', digest: move.evidence }, folders);
    const { files, promotion, ...evidence } = await readEvidence(move.evidence, folders);
    const kept = evidence.kept ?? Object.fromEntries([...KEPT].map((name) => [name, files[name]!]));
    for (const [name, digest] of Object.entries(kept)) {
      const content = await readFile(join(folder, name)).catch(() => null);
      if (content === null) return `${join(folder, name)} is missing`;
      if (digestOf(content) !== digest) return `${join(folder, name)} was changed`;
    }
    // A rollback rests on the evidence of the promotion that it returns to.
    if (promotion === undefined || move.kind !== 'promote') return null;
    const other = promotionKeys.find(
      (key) => digestOfJson(move[key] ?? null) !== digestOfJson(promotion[key] ?? null),
    );
    if (other === undefined) return null;
    return `Move ${move.sequence} of @${move.alias} was changed: its ${other} is not what the evidence says`;
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}
