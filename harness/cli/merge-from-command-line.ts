/** Runs `harness merge`: one run of its parts, and the verdict that none of them has alone. */
import { exitCodeOf } from '../gates/verdict.ts';
import { mergeRuns } from '../runner/merge.ts';
import { harnessHome } from '../runs/home.ts';
import type { MergeArguments } from './commands/merge.ts';
import { renderVerdict } from './render-verdict.ts';

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
  process.exitCode = exitCodeOf(result.data.verdict);
}
