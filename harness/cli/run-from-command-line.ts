/** Runs `harness run` for a person or a machine: checks the options, shows progress, prints the verdict. */
import { shellWord } from '../../reports/shell-command.ts';
import { counted } from '../gates/words.ts';
import { latestRun, type EarlierRun } from '../runner/plan-power.ts';
import { pacesOf } from '../runner/run-progress.ts';
import { run } from '../runner/run.ts';
import type { RunOptions, ShardResult } from '../runner/run-options.ts';
import { parseShard } from '../runner/shard.ts';
import { harnessHome } from '../runs/home.ts';
import type { RunArguments } from './commands/run.ts';
import { onInterruption } from './interruption.ts';
import { renderRunPlan } from './render-power.ts';
import { reportError } from './report-error.ts';
import { startRunScreen } from './run-screen.ts';
import { tellOutcome } from './tell-outcome.ts';
import { shownPath } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

/** Judgements of `--aa`: `harness power --aa` takes more of them of the same run. */
const AA = { resamples: 400 };

/** What a run that is reopened stands by. */
const NAMED = [
  'model',
  'baseline',
  'gates',
  'limit',
  'seed',
  'repeats',
  'datasets',
  'device',
  'dtype',
  'baselineDtype',
  'when',
  'shard',
] as const;

export async function runFromCommandLine(argv: RunArguments): Promise<void> {
  const options: RunOptions = {
    suites: argv.suites ?? [],
    model: argv.model ?? 'tiny-chat',
    baseline: argv.baseline ?? null,
    gates: argv.gates ?? null,
    out: argv.out ?? null,
    limit: argv.limit === undefined ? null : wholeNumber('limit', argv.limit, 1),
    seed: wholeNumber('seed', argv.seed ?? 0, 0),
    repeats: Math.max(argv.aa ? 2 : 1, wholeNumber('repeats', argv.repeats ?? 1, 1)),
    concurrency: wholeNumber('concurrency', argv.concurrency, 1),
    datasets: argv.datasets ?? null,
    trainingData: (argv.trainingData ?? []).map(String),
    ...(argv.device === undefined ? {} : { device: argv.device }),
    ...(argv.dtype === undefined ? {} : { dtype: argv.dtype }),
    ...(argv.baselineDtype === undefined ? {} : { baselineDtype: argv.baselineDtype }),
    resume: argv.resume ?? null,
    extend: argv.extend ?? null,
    secondLook: argv.secondLook ?? null,
    when: argv.when ?? null,
    shard: argv.shard === undefined ? null : parseShard(argv.shard),
    cache: argv.cache && !process.env['HARNESS_NO_CACHE'],
    explode: argv.explode,
    home: harnessHome(),
    command: ['harness', ...process.argv.slice(2)],
    explicit: NAMED.filter((name) => argv[name] !== undefined && argv[name] !== ''),
  };
  const interruption = new AbortController();
  const stopListening = onInterruption(() => interruption.abort());
  const earlier = process.stderr.isTTY ? await latestRun(options.home) : null;
  const progress = startRunScreen(process.stderr, (model) => earlierPaces(earlier, model));
  try {
    const result = await run(options, {
      onPhase: progress.phase,
      onStart: progress.start,
      onRecords: progress.records,
      onPlan: (planned) => process.stderr.write(renderRunPlan(planned)),
      signal: interruption.signal,
    });
    progress.stop();
    if ('shard' in result) return reportShard(result, argv.json);
    if (argv.aa) {
      if (result.failure) reportError(result.failure);
      const { selfComparisonFromCommandLine } = await import('./self-comparison-from-command-line.ts');
      return await selfComparisonFromCommandLine({
        ...AA,
        seed: options.seed,
        json: argv.json,
        aa: result.dir,
      });
    }
    const keptModel = argv.keepModel
      ? () => filesOfModel(result.data.run.model.reference, options.home)
      : null;
    await tellOutcome(result, { json: argv.json, keptModel });
  } finally {
    progress.stop();
    stopListening();
  }
}

/** A run of another model says nothing of this one's pace. */
function earlierPaces(earlier: EarlierRun | null, model: string): ReadonlyMap<string, number> {
  return earlier?.info.model.reference === model ? pacesOf(earlier.byTask) : new Map<string, number>();
}

/** A part has no verdict; its exit code says whether it was evaluated. */
function reportShard({ dir, shard, samples, failure }: ShardResult, json: boolean): void {
  const { index, of } = shard;
  const shown = shownPath(dir);
  process.stdout.write(
    json
      ? `${JSON.stringify({ dir, shard, samples })}\n`
      : `Part ${index} of ${of}: ${counted(samples, 'sample')} evaluated; the verdict comes with the other parts.\n\n` +
          `Next     npx harness merge ${shellWord(shown)} …\n`,
  );
  if (failure) process.exitCode = reportError(failure);
}

/** Null for a model whose files are not on this machine. */
async function filesOfModel(reference: string, home: string): Promise<string | null> {
  const { locateModel } = await import('../models/locate-model.ts');
  const { parseModelReference } = await import('../models/model-reference.ts');
  return (await locateModel(parseModelReference(reference), home))?.path ?? null;
}
