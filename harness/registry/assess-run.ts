/** What a run folder is worth as evidence: it has to be complete and whole, and to say what follows from its samples;
 *  what it then lacks for a promotion is told. Knows nothing of the model's files or of policies. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ModelDigests } from '../../engine/index.ts';
import type { RunInfo, Verdict } from '../../reports/report-data.ts';
import { HarnessError } from '../errors.ts';
import { isBeyondModel, leftOutReason } from '../gates/evidence.ts';
import { judgeAgain } from '../gates/judge-again.ts';
import { readRunFolder, readRunInfo, runFiles, type RunFolder } from '../runs/run-folder.ts';

export interface AssessedRun {
  readonly run: RunFolder;
  readonly digests: ModelDigests;
  /** As computed again. */
  readonly verdict: Verdict;
  /** Why it does not suffice for a promotion, in words; none where it does. */
  readonly objections: readonly string[];
}

/** @throws HarnessError E_RUN_INVALID for what is no run folder, E_PROMOTION_REFUSED with the reason for a run that
 *  is no evidence of anything: unfinished, of a model that is not here, or with files that do not bear each other out */
export async function assessRun(dir: string): Promise<AssessedRun> {
  const info = await readRunInfo(dir);
  if (info.status !== 'complete') refuse(`the run is ${info.status}, not complete`);
  const digests = evaluatedDigests(info);
  const run = await readWholeRun(dir);
  const { gates, verdict, difference } = judgeAgain(run);
  if (difference !== null)
    refuse(`its samples, judged again, give something else than it says: ${difference}`);
  const missing = (info.leftOut ?? []).filter((part) => !isBeyondModel(part, info.model.parameterCount));
  const leftOut = gates.gates.flatMap(({ metric }) => {
    const reason = leftOutReason(metric, missing);
    return reason === null ? [] : [`the run left out what its gates need: ${metric} (${reason})`];
  });
  const objections = [
    ...(info.limit === null ? [] : [`the run was limited to ${info.limit} samples a task`]),
    ...leftOut,
    ...(verdict.outcome === 'pass' ? [] : [`its verdict is no pass. ${verdict.sentence}`]),
  ];
  return { run, digests, verdict, objections };
}

function refuse(why: string): never {
  throw new HarnessError('E_PROMOTION_REFUSED', `Refused: ${why}`);
}

function evaluatedDigests(info: RunInfo): ModelDigests {
  const { kind, digests, reference } = info.model;
  if (kind !== 'engine' || digests === null) {
    refuse(
      `${reference} is a model of kind ${kind}: it can be judged, not promoted, as its weights are not here`,
    );
  }
  return digests;
}

async function readWholeRun(dir: string): Promise<RunFolder> {
  const missing = Object.values(runFiles).filter(
    (name) => name !== runFiles.baselineSamples && !existsSync(join(resolve(dir), name)),
  );
  if (missing.length > 0) refuse(`the run folder lacks ${missing.join(', ')}`);
  try {
    return await readRunFolder(dir);
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'E_RUN_INVALID') refuse(error.message);
    throw error;
  }
}
