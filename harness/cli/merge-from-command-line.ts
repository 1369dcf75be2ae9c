/** Runs `harness merge`: one run of its parts, and the verdict that none of them has alone. */
import { exitCodeOf } from '../gates/verdict.ts';
import { mergeRuns } from '../runner/merge.ts';
import { writeFailureArtifacts } from '../runner/failure-artifacts.ts';
import { harnessHome } from '../runs/home.ts';
import type { MergeArguments } from './commands/merge.ts';
import { annotations } from './annotate.ts';
import { renderVerdict } from './render-verdict.ts';
import { reportError } from './report-error.ts';
import { shownPath } from './terminal.ts';

export async function mergeFromCommandLine({ dirs, out, json }: MergeArguments): Promise<void> {
  const result = await mergeRuns(dirs, {
    out: out ?? null,
    home: harnessHome(),
    command: ['harness', ...process.argv.slice(2)],
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ dir: result.dir, ...result.data.verdict })}\n`
      : renderVerdict(result, process.stdout),
  );
  process.stderr.write(annotations(result.data));
  if (result.failure) reportError(result.failure);
  const artifacts = await writeFailureArtifacts(result, null);
  if (artifacts !== null) process.stderr.write(`Artifacts  ${shownPath(artifacts)}\n`);
  process.exitCode = exitCodeOf(result.data.verdict);
}
