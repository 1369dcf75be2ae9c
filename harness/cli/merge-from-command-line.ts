/** Runs `harness merge`: one run of its parts, and the verdict that none of them has alone. */
import { mergeRuns } from '../runner/merge.ts';
import { harnessHome } from '../runs/home.ts';
import type { MergeArguments } from './commands/merge.ts';
import { tellOutcome } from './tell-outcome.ts';

export async function mergeFromCommandLine({ dirs, out, json }: MergeArguments): Promise<void> {
  const result = await mergeRuns(dirs, {
    out: out ?? null,
    home: harnessHome(),
    command: ['harness', ...process.argv.slice(2)],
  });
  await tellOutcome(result, { json, keptModel: null });
}
