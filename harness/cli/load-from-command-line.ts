/** Runs `harness load` for a person or a machine: checks the options, shows progress, prints the result. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { ModelInput } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { loadBounds, type LoadPlan, type Traffic } from '../load/load-plan.ts';
import { type LoadFile, requireFreshFolder, writeLoadFolder } from '../load/load-folder.ts';
import { loadExitCodes } from '../load/load-verdict.ts';
import { parseObjective } from '../load/objective.ts';
import { routes } from '../load/routes.ts';
import { runLoad } from '../load/run-load.ts';
import { openTarget } from '../load/target.ts';
import { parseDurationMs } from '../load/duration.ts';
import { parseTrace } from '../load/trace.ts';
import { folderName } from '../runs/folder-name.ts';
import { harnessHome } from '../runs/home.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { LoadArguments } from './commands/load.ts';
import { onInterruption } from './interruption.ts';
import { parsePromptLines } from './prompt-lines.ts';
import { startProgress } from './progress.ts';
import { renderLoad } from './render-load.ts';
import { wholeNumber } from './whole-number.ts';

/** @throws HarnessError E_USAGE, E_FILE_NOT_FOUND, E_INPUT_INVALID, E_ENDPOINT, E_RUN_EXISTS, E_INTERRUPTED */
export async function loadFromCommandLine(argv: LoadArguments): Promise<void> {
  const planned = await planOf(argv);
  const { url, model } = argv;
  if ((url === undefined) === (model === undefined)) {
    throw new HarnessError('E_USAGE', 'Give exactly one of --url and --model.');
  }
  if (argv.out !== undefined) await requireFreshFolder(argv.out);
  const interruption = new AbortController();
  const stopListening = onInterruption(() => interruption.abort(new Error('interrupted')));
  const progress = startProgress(process.stderr);
  try {
    progress.phase(model === undefined ? `asking ${url}` : `starting a server for ${model}`);
    const target = await openTarget(
      url === undefined ? { reference: model! } : { url, key: process.env['HARNESS_API_KEY'] },
      planned.target.route,
      interruption.signal,
    );
    try {
      const plan: LoadPlan = { ...planned, target: { ...planned.target, ...target.address } };
      const started = new Date();
      const { records, ...result } = await runLoad(plan, {
        onPhase: progress.phase,
        onProgress: progress.update,
        signal: interruption.signal,
      });
      progress.stop();
      const name = target.address.model ?? new URL(target.address.baseUrl).hostname;
      const dir = resolve(argv.out ?? join(harnessHome(), 'loads', folderName(started, name)));
      const file: LoadFile = {
        ...result,
        startedAt: started.toISOString(),
        finishedAt: new Date().toISOString(),
        command: ['harness', ...process.argv.slice(2)],
        target: {
          url: target.address.baseUrl,
          model: target.address.model,
          route: plan.target.route,
          stream: plan.target.stream,
        },
        options: optionsOf(plan),
        machine: { node: process.version, platform: process.platform, cores: availableParallelism() },
      };
      await writeLoadFolder(dir, file, records);
      process.stdout.write(argv.json ? `${JSON.stringify({ dir, ...file })}\n` : renderLoad(file, dir));
      process.exitCode = loadExitCodes[result.outcome];
    } finally {
      await target.close();
    }
  } finally {
    progress.stop();
    stopListening();
  }
}

type PlanWithoutAddress = Omit<LoadPlan, 'target'> & {
  readonly target: Pick<LoadPlan['target'], 'route' | 'stream' | 'timeoutMs'>;
};

/** All that the arguments say; where it goes is not asked yet. */
async function planOf(argv: LoadArguments): Promise<PlanWithoutAddress> {
  const { route } = argv;
  const stream = argv.stream ?? routes[route].canStream;
  if (stream && !routes[route].canStream) {
    throw new HarnessError('E_USAGE', `--stream: ${routes[route].path} does not stream.`);
  }
  const traffic = await trafficOf(argv);
  const objective = argv.objective === undefined ? null : parseObjective(argv.objective, stream);
  if (argv.sweep && objective === null) throw new HarnessError('E_USAGE', '--sweep needs --objective.');
  return {
    target: { route, stream, timeoutMs: duration('timeout', argv.timeout, loadBounds.timeoutMs) },
    traffic,
    rampMs: duration('ramp', argv.ramp, loadBounds.durationMs),
    durationMs: durationOf(argv),
    mostRequests: wholeNumber('requests', argv.requests, 1, loadBounds.requests),
    warmup: wholeNumber('warmup', argv.warmup, 0, loadBounds.warmup),
    repeats: wholeNumber('repeats', argv.repeats, 1, loadBounds.repeats),
    connections: wholeNumber('connections', argv.connections, 1, loadBounds.connections),
    prompts: await promptsFrom(argv),
    maxTokens: wholeNumber('max-tokens', argv.maxTokens, 1, loadBounds.maxTokens),
    temperature: between('temperature', argv.temperature, 0, 2),
    seed: wholeNumber('seed', argv.seed, 0, 2 ** 31),
    objective,
    attainment: between('attainment', argv.attainment, 0.01, 0.9999),
    sweepTo: argv.sweep ? between('max-rate', argv.maxRate, 0.01, loadBounds.ratePerS) : null,
  };
}

async function trafficOf({ users, rate, trace, arrivals, sweep }: LoadArguments): Promise<Traffic> {
  const given = Object.entries({ users, rate, trace }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    throw new HarnessError('E_USAGE', `Give one of ${given.map(([name]) => `--${name}`).join(', ')}.`);
  }
  if (sweep && (users !== undefined || trace !== undefined)) {
    throw new HarnessError('E_USAGE', '--sweep goes over rates: leave out --users and --trace.');
  }
  if (trace !== undefined) return { kind: 'trace', entries: parseTrace(trace, await textOf('trace', trace)) };
  if (rate !== undefined || sweep) {
    const ratePerS = between('rate', rate ?? 1, 0.01, loadBounds.ratePerS);
    return { kind: 'open', pattern: arrivals, ratePerS };
  }
  return { kind: 'closed', users: wholeNumber('users', users ?? 1, 1, loadBounds.users) };
}

const DEFAULT_DURATION_MS = 30_000;

function durationOf({ duration: given, trace }: LoadArguments): number {
  if (given !== undefined) return duration('duration', given, loadBounds.durationMs);
  return trace === undefined ? DEFAULT_DURATION_MS : loadBounds.durationMs;
}

async function promptsFrom({ prompts, promptWords, route }: LoadArguments): Promise<LoadPlan['prompts']> {
  if (prompts !== undefined && promptWords !== undefined) {
    throw new HarnessError('E_USAGE', 'Give one of --prompts and --prompt-words.');
  }
  if (promptWords !== undefined) {
    return { words: wholeNumber('prompt-words', promptWords, 1, loadBounds.promptWords) };
  }
  if (prompts === undefined) {
    const { samples } = await loadDataset('latency');
    return samples.map(({ prompt }) => ({ prompt: prompt! }));
  }
  const inputs: readonly ModelInput[] = parsePromptLines(prompts, await textOf('prompts', prompts), false);
  if (inputs.some((input) => routes[route].input(input) === null)) {
    throw new HarnessError(
      'E_USAGE',
      `${prompts} holds messages, which ${routes[route].path} does not take.`,
    );
  }
  return inputs;
}

async function textOf(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `Cannot read the ${option} file ${path}.`, { cause });
  }
}

function duration(option: string, text: string, most: number): number {
  const ms = parseDurationMs(text);
  if (ms !== null && ms <= most && (ms > 0 || option === 'ramp')) return ms;
  throw new HarnessError(
    'E_USAGE',
    `--${option} ${text} is no time up to ${most / 1000}s, such as 500ms or 30s.`,
  );
}

function between(option: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new HarnessError('E_USAGE', `--${option} ${value} is no number from ${least} to ${most}.`);
}

/** What decides the figures, for the file; of prompts and traces only how many. */
function optionsOf(plan: LoadPlan): LoadFile['options'] {
  const { target, traffic, prompts, ...rest } = plan;
  return {
    ...rest,
    timeoutMs: target.timeoutMs,
    traffic: traffic.kind === 'trace' ? { kind: traffic.kind, requests: traffic.entries.length } : traffic,
    prompts: 'words' in prompts ? prompts : { count: prompts.length },
  };
}
