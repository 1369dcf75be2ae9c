/** How a run ends in a terminal: what an investigation needs is kept, the verdict is told, the exit code is set. */
import { exitCodeOf } from '../gates/verdict.ts';
import { writeFailureArtifacts } from '../runner/failure-artifacts.ts';
import type { RunResult } from '../runner/run-options.ts';
import { annotations } from './annotate.ts';
import { renderVerdict } from './render-verdict.ts';
import { reportError } from './report-error.ts';
import { shownPath } from './terminal.ts';

/** @param kept the model's folder or file that goes into the failure folder; null for none */
export async function tellOutcome(
  result: RunResult,
  { json, kept }: { readonly json: boolean; readonly kept: string | null },
): Promise<void> {
  const { dir, data, failure } = result;
  const failureFolder = await writeFailureArtifacts(result, kept);
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
