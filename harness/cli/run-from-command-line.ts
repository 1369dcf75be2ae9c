/** Runs `harness run` for a person or a machine: checks the options, shows progress, prints the verdict. */
import { HarnessError } from '../errors.ts';
import { exitCodeOf } from '../gates/verdict.ts';
import { run, type RunOptions } from '../runner/run.ts';
import { harnessHome } from '../runs/home.ts';
import type { RunArguments } from './commands/run.ts';
import { renderVerdict } from './render-verdict.ts';
import { startProgress } from './progress.ts';

export async function runFromCommandLine(argv: RunArguments): Promise<void> {
  const options: RunOptions = {
    suites: argv.suites ?? [],
    model: argv.model,
    baseline: argv.baseline ?? null,
    gates: argv.gates ?? null,
    out: argv.out ?? null,
    limit: argv.limit === undefined ? null : whole('limit', argv.limit, 1),
    seed: whole('seed', argv.seed, 0),
    repeats: whole('repeats', argv.repeats, 1),
    concurrency: whole('concurrency', argv.concurrency, 1),
    datasets: argv.datasets ?? null,
    ...(argv.device === undefined ? {} : { device: argv.device }),
    ...(argv.dtype === undefined ? {} : { dtype: argv.dtype }),
    resume: argv.resume ?? null,
    home: harnessHome(),
    command: ['harness', ...process.argv.slice(2)],
  };
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = startProgress(process.stderr);
  try {
    const result = await run(options, {
      onPhase: progress.phase,
      onProgress: progress.update,
      signal: interruption.signal,
    });
    progress.stop();
    process.stdout.write(
      argv.json ? `${JSON.stringify({ dir: result.dir, ...result.data.verdict })}\n` : renderVerdict(result),
    );
    process.exitCode = exitCodeOf(result.data.verdict);
  } finally {
    progress.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new HarnessError('E_USAGE', `--${name} ${value} is not a whole number of at least ${least}`);
}
