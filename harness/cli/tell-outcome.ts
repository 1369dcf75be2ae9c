/** How a run ends in a terminal: what an investigation needs is kept, the verdict is told, the exit code is set. */
import { join } from 'node:path';
import { exitCodeOf } from '../gates/verdict.ts';
import { writeFailureArtifacts } from '../runner/failure-artifacts.ts';
import type { RunResult } from '../runner/run-options.ts';
import { annotations } from './annotate.ts';
import { renderVerdict } from './render-verdict.ts';
import { reportError } from './report-error.ts';
import { shownPath } from './terminal.ts';

/** @param keptModel finds the model's folder or file that goes into the failure folder; null: not asked for */
export async function tellOutcome(
  result: RunResult,
  { json, keptModel }: { readonly json: boolean; readonly keptModel: (() => Promise<string | null>) | null },
): Promise<void> {
  const { dir, data, failure } = result;
  const failureFolder = await keepForInvestigation(result, keptModel);
  process.stderr.write(annotations(data));
  if (failure) reportError(failure);
  if (json && failureFolder !== null) process.stderr.write(`Failure  ${shownPath(failureFolder)}\n`);
  process.stdout.write(
    json
      ? `${JSON.stringify({ dir, ...data.verdict })}\n`
      : renderVerdict(result, process.stdout, failureFolder),
  );
  process.exitCode = exitCodeOf(data.verdict);
}

/** A verdict is told whatever becomes of the folder that explains it. */
async function keepForInvestigation(
  result: RunResult,
  keptModel: (() => Promise<string | null>) | null,
): Promise<string | null> {
  try {
    return await writeFailureArtifacts(result, keptModel && (await keptModel()));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Failure  ${shownPath(join(result.dir, 'failure'))} is not complete: ${why}\n`);
    return null;
  }
}
