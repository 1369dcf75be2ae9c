/** One run, from a model reference to a verdict on disk.
 *  Starts engine and server once, forks the test runner, judges what it left, writes the run folder. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { defaultGatesPath, parseGates, type Gates } from '../gates/gates-file.ts';
import { splitMetric } from '../gates/evidence.ts';
import { counted } from '../gates/words.ts';
import type { PlannedGate } from '../gates/power-plan.ts';
import { judgeRun } from '../gates/judge-again.ts';
import { withTaskGates } from '../gates/task-gates.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { findTaskFiles, projectCatalog } from '../project/own-tasks.ts';
import { writeFileAtomic, writeJsonAtomic } from '../runs/atomic-write.ts';
import { digestOf } from '../runs/digest.ts';
import { folderName } from '../runs/folder-name.ts';
import { createRunFolder, readRunInfo, reopenRunFolder, runFiles } from '../runs/run-folder.ts';
import { readSampleLog } from '../runs/sample-log.ts';
<<<<<<< HEAD
import type { MetricSpec, ReportData, RunInfo, RunModel } from '../../reports/report-data.ts';
=======
import type { ReportData, RunInfo, RunModel, Shard } from '../../reports/report-data.ts';
>>>>>>> ffbdf0f (run: tasks of the user's own in ./suites, in YAML without code or in TypeScript, with their gates; --when, --shard, --explode, and answers kept between runs)
import { shellWord } from '../../reports/shell-command.ts';
import { costOfAll } from '../tasks/cost.ts';
import type { Frequency, Task } from '../tasks/task.ts';
import type { ModelInfo } from '../../engine/index.ts';
import { chooseBaseline } from './baseline.ts';
import { hostModel, type HostedModel, type HostOptions } from './host-model.ts';
import { declaredLooks, lookTaken, openSecondLook } from './looks.ts';
import { planRun, requireKnownSuites, taskName, type Plan } from './plan.ts';
import { gatesOfPlan, latestRun } from './plan-power.ts';
import { runPlaywright } from './playwright-process.ts';
import { configurationDigest, configurationOfFirstLook, reopenedOptions, requireSame } from './same-run.ts';
<<<<<<< HEAD

import { versions } from '../tasks/versions.ts';
import type { ProgressTask } from './run-progress.ts';
import { watchRecords, type WatchedRecord } from './watch-records.ts';
=======
import { cachePath, modelIdentity } from './response-cache.ts';
import { shardOfPlan } from './shard.ts';
import { versions } from './versions.ts';
import { watchLineCount } from './watch-log.ts';
>>>>>>> ffbdf0f (run: tasks of the user's own in ./suites, in YAML without code or in TypeScript, with their gates; --when, --shard, --explode, and answers kept between runs)
import { writeReports } from './write-reports.ts';

export interface RunOptions {
  /** Suites, or tasks as `suite/task`; empty: all. */
  readonly suites: readonly string[];
  readonly model: string;
  /** Null: `@production` where there is one. */
  readonly baseline: string | null;
  /** Null: gates.yaml in the current folder, else the bundled one. */
  readonly gates: string | null;
  readonly out: string | null;
  readonly limit: number | null;
  readonly seed: number;
  readonly repeats: number;
  readonly concurrency: number;
  readonly datasets: string | null;
  readonly device?: string;
  readonly dtype?: string;
  /** Default: what an alias pins, else the engine's default; never that of the model under test. */
  readonly baselineDtype?: string;
  /** Folder of an interrupted run: its own options win, its records stay. */
  readonly resume: string | null;
  /** Folder of a run whose first look was inconclusive: takes the second. */
  readonly extend: string | null;
  /** Declares a second look, as `secondLookSize` reads it; null: as the gates file has it. */
  readonly secondLook: string | null;
  /** Only the tasks that are worth their cost then; null: all. */
  readonly when: Frequency | null;
  /** A part of the run, to be merged with the others; null: the whole. */
  readonly shard: Shard | null;
  /** Whether answers that earlier runs had from the very model may stand for its own. */
  readonly cache: boolean;
  /** One Playwright test a sample, and Playwright's own report of them in the run folder. */
  readonly explode: boolean;
  readonly home: string;
  readonly command: readonly string[];
}

/** What is known when the first request goes out. */
export interface RunStart {
  readonly info: RunInfo;
  /** Records of model and baseline. */
  readonly tasks: readonly ProgressTask[];
  /** Metrics, by `suite/task`, that one counter-example refutes. */
  readonly always: ReadonlyMap<string, readonly MetricSpec[]>;
}

/** What a run will be able to detect. */
export interface RunPlan {
  /** Gates that compare only where there is a baseline. */
  readonly gates: readonly PlannedGate[];
  /** The run that shows the spread; null: it is assumed. */
  readonly from: string | null;
  readonly power: number;
}

const POWER = 0.8;

export interface RunObserver {
  onPhase(phase: string): void;
  /** Before a run that compares spends anything. */
  onPlan?(planned: RunPlan): void;
  onStart?(started: RunStart): void;
  /** Records as they are written, those of an earlier session first. */
  onRecords?(records: readonly WatchedRecord[]): void;
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly dir: string;
  readonly data: ReportData;
  /** Of the test runner. The verdict, which is then no pass, stands beside it. */
  readonly failure: HarnessError | null;
}

/** A part of a run has samples, and no verdict before it is merged with the others. */
export interface ShardResult {
  readonly dir: string;
  readonly shard: Shard;
  readonly samples: number;
  readonly failure: HarnessError | null;
}

/** @throws HarnessError E_INTERRUPTED when the signal fired: the folder can be resumed */
export async function run(asked: RunOptions, observer: RunObserver): Promise<RunResult | ShardResult> {
  const reopened = asked.resume ?? asked.extend;
  const earlier = reopened === null ? null : await readRunInfo(reopened);
  const extended = asked.extend === null ? null : await openSecondLook(asked.extend);
  const options = earlier === null ? asked : reopenedOptions(asked, earlier, extended);
  const gatesPath = resolve(options.gates ?? (existsSync('gates.yaml') ? 'gates.yaml' : defaultGatesPath));
  const project = process.cwd();
  const catalog = await projectCatalog(project);
  const { text: gatesText, gates } = await readGates(gatesPath, catalog);
  requireKnownSuites(catalog, options.suites);
  const looks = extended ?? (earlier ? (earlier.looks ?? null) : declaredLooks(asked, gates));

  observer.onPhase(`loading ${options.model}`);
  const hosted: HostedModel[] = [];
  try {
    const model = await hostModel(options.model, options);
    hosted.push(model);
    const whole = await planRun(catalog, model.info, { ...options, looks });
    requireTasks(whole, options);
    const compared = comparedTasks(gates, whole);
    if (compared.length === 0 && options.baseline !== null) throw unusedBaseline(options.baseline);
    const baselineReference =
      compared.length > 0 ? await chooseBaseline(options.baseline, options.home) : null;
    const baseline =
      baselineReference === null ? null : await hostModel(baselineReference, ofBaseline(options));
    if (baseline) hosted.push(baseline);

    const started = new Date();
    const dir = resolve(
      reopened ?? options.out ?? join(options.home, 'runs', folderName(started, model.info.name)),
    );
    const taken = looks && lookTaken(looks, whole, asked);
    const plan = shardOfPlan(whole, options.shard, options.repeats);
    const [runner, baselineRunner] = [
      await runModel(model.info, options.model),
      baseline && (await runModel(baseline.info, baselineReference!)),
    ];
    const info: RunInfo = {
      id: earlier?.id ?? folderName(started, model.info.name),
      status: 'running',
      startedAt: earlier?.startedAt ?? started.toISOString(),
      finishedAt: null,
      command: earlier?.command ?? options.command,
      model: runner,
      baseline: baselineRunner,
      suites: [...new Set(plan.tasks.map(({ task }) => task.suite))],
      tasks: plan.tasks.map(({ summary }) => summary),
      leftOut: plan.leftOut,
      datasets: options.datasets && resolve(options.datasets),
      seed: options.seed,
      repeats: options.repeats,
      limit: options.limit,
      ...(options.suites.length > 0 && { asked: options.suites }),
      ...(options.when && { when: options.when }),
      ...(options.shard && { shard: options.shard }),
      ...(taken && { looks: taken }),
      gates: { path: gatesPath, digest: digestOf(gatesText) },
      configurationDigest: configurationDigest(whole, options, taken),
      versions: await versions(),
    };
    if (earlier === null) await createRunFolder(dir, info);
    else {
      const configuration = extended
        ? await configurationOfFirstLook(earlier, model.info, options, catalog)
        : info.configurationDigest;
      requireSame(earlier, { ...info, configurationDigest: configuration });
      await reopenRunFolder(dir, info);
    }
    await writeFileAtomic(join(dir, runFiles.gates), gatesText);
    if (baseline) observer.onPlan?.(await detectable(gates, whole, info, options.home));

<<<<<<< HEAD
    observer.onPhase('evaluating');
    observer.onStart?.({
      info,
      tasks: info.tasks.map(({ suite, task, planned }) => ({
        suite,
        task,
        planned: baseline && compared.includes(`${suite}/${task}`) ? 2 * planned : planned,
      })),
      always: alwaysAsked(gates, info),
    });
    const stopWatching = watchRecords(
      [
        { path: join(dir, runFiles.samples), whose: 'model' },
        { path: join(dir, runFiles.baselineSamples), whose: 'baseline' },
      ],
      (records) => observer.onRecords?.(records),
    );
=======
    const baselinePlanned = plan.tasks
      .filter(({ task }) => compared.includes(taskName(task)))
      .reduce((sum, { summary }) => sum + summary.planned, 0);
    const planned =
      info.tasks.reduce((sum, task) => sum + task.planned, 0) + (baseline ? baselinePlanned : 0);
    observer.onPhase(`evaluating ${costInWords(info)}`);
    const logs = [join(dir, runFiles.samples), join(dir, runFiles.baselineSamples)];
    const stopWatching = watchLineCount(logs, (done) => observer.onProgress({ done, planned }));
>>>>>>> ffbdf0f (run: tasks of the user's own in ./suites, in YAML without code or in TypeScript, with their gates; --when, --shard, --explode, and answers kept between runs)
    const exit = await runPlaywright(
      {
        dir,
        model: model.reference,
        modelProcess: model.processId,
        baseline: baseline?.reference ?? null,
        tasks: plan.tasks.filter(({ samples }) => samples.length > 0).map(({ task }) => taskName(task)),
        baselineTasks: compared,
        seed: options.seed,
        repeats: options.repeats,
        limit: options.limit,
        concurrency: options.concurrency,
        datasets: options.datasets && resolve(options.datasets),
        taskFiles: findTaskFiles(project),
        shard: options.shard && { ...options.shard, positions: positionsOf(whole) },
        cache: options.cache ? await cacheOf(model.info, runner, options.home) : null,
        baselineCache:
          options.cache && baseline ? await cacheOf(baseline.info, baselineRunner!, options.home) : null,
        explode: options.explode,
      },
      observer.signal,
    ).finally(stopWatching);

    const status = observer.signal.aborted ? 'interrupted' : exit.code === 0 ? 'complete' : 'failed';
    const finished: RunInfo = { ...info, status, finishedAt: new Date().toISOString() };
    if (status === 'interrupted') {
      await writeJsonAtomic(join(dir, runFiles.run), finished);
      throw new HarnessError('E_INTERRUPTED', `Interrupted; what was evaluated is kept in ${dir}`, {
        remedy: `npx harness run --resume ${shellWord(dir)}`,
      });
    }
    const failure =
      status === 'failed'
        ? new HarnessError('E_RUNNER_FAILED', `The test runner ended with ${exit.code}\n${exit.tail}`)
        : null;
    if (options.shard) {
      await writeJsonAtomic(join(dir, runFiles.run), finished);
      return { dir, shard: options.shard, samples: countRecords(dir), failure };
    }
    observer.onPhase('judging');
    const data = await judgeFolder(dir, finished, gates, baseline !== null);
    return { dir, data, failure };
  } finally {
    await Promise.allSettled(hosted.map((one) => one.close()));
  }
}

/** Judges the samples of a folder and writes what follows from them; run.json last: it says the run is complete. */
async function judgeFolder(dir: string, info: RunInfo, gates: Gates, compared: boolean): Promise<ReportData> {
  const samples = readSampleLog(join(dir, runFiles.samples)).records;
  const baselineSamples = compared ? readSampleLog(join(dir, runFiles.baselineSamples)).records : null;
  const { metrics, verdict } = judgeRun(info, gates, samples, baselineSamples);
  const data: ReportData = { run: info, metrics, verdict, samples, baselineSamples };
  await writeJsonAtomic(join(dir, runFiles.metrics), metrics);
  await writeJsonAtomic(join(dir, runFiles.verdict), verdict);
  await writeReports(dir, data);
  await writeJsonAtomic(join(dir, runFiles.run), info);
  return data;
}

/** @param tasks bring gates along */
async function readGates(path: string, tasks: readonly Task[]): Promise<{ text: string; gates: Gates }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_GATES_INVALID', `Gates file ${path} cannot be read`, { cause });
  }
  const merged = withTaskGates(text, tasks);
  return { text: merged, gates: parseGates(merged, path) };
}

/** A run of nothing would have nothing to say. */
function requireTasks({ tasks, leftOut }: Plan, { suites, when }: RunOptions): void {
  if (tasks.length > 0) return;
  const asked = [...suites, ...(when ? [`--when ${when}`] : [])].join(' ');
  const why = leftOut.find(
    ({ name }) => suites.length === 0 || suites.some((suite) => name.startsWith(suite)),
  );
  throw new HarnessError(
    'E_USAGE',
    `No task is left to evaluate of ${asked || 'the catalog'}: ${why?.reason ?? ''}`,
  );
}

function positionsOf(plan: Plan): Record<string, number> {
  return Object.fromEntries(plan.tasks.map(({ task }, position) => [taskName(task), position]));
}

async function cacheOf(info: ModelInfo, { script }: RunModel, home: string): Promise<string | null> {
  const identity = await modelIdentity(info, script ?? null);
  return identity === null ? null : resolve(cachePath(home, identity));
}

function countRecords(dir: string): number {
  return readSampleLog(join(dir, runFiles.samples)).records.length;
}

/** `1,387 samples (1,640 calls, at most 97,450 tokens)`. */
function costInWords({ tasks }: RunInfo): string {
  const { samples, calls, outputTokens } = costOfAll(
    tasks.map(({ planned, cost }) => ({ planned, cost: cost! })),
  );
  return `${counted(samples, 'sample')} (${counted(calls, 'call')}, at most ${counted(outputTokens, 'token')})`;
}

/** How the baseline is opened: as the model is, but in a dtype of its own. */
function ofBaseline({ home, device, baselineDtype: dtype }: RunOptions): HostOptions {
  return { home, ...(device !== undefined && { device }), ...(dtype !== undefined && { dtype }) };
}

/** Planned tasks that some gate compares with the baseline. */
function comparedTasks(gates: Gates, plan: Plan): string[] {
  const compared = new Set(
    gates.gates
      .filter(({ kind }) => kind === 'notWorseThan')
      .map(({ metric }) => splitMetric(metric).taskName),
  );
  return plan.tasks.map(({ task }) => taskName(task)).filter((name) => compared.has(name));
}

/** Metrics with a gate `always`, by task. */
function alwaysAsked(gates: Gates, info: RunInfo): Map<string, readonly MetricSpec[]> {
  const asked = new Set(gates.gates.filter(({ kind }) => kind === 'always').map(({ metric }) => metric));
  return new Map(
    info.tasks.map((task) => {
      const name = `${task.suite}/${task.task}`;
      return [name, task.metrics.filter(({ metric }) => asked.has(`${name}.${metric}`))];
    }),
  );
}

async function runModel(info: ModelInfo, reference: string): Promise<RunModel> {
  const { name, kind, digests, device, dtype, parameterCount } = info;
  const script = await scriptDigest(reference);
  return {
    reference,
    name,
    kind,
    digests,
    device,
    dtype,
    parameterCount,
    ...(script !== null && { script }),
  };
}

/** Of a scripted model's file; null for any other. */
async function scriptDigest(reference: string): Promise<string | null> {
  const parsed = parseModelReference(reference);
  return parsed.kind === 'scripted' ? digestOf(await readFile(parsed.file)) : null;
}

/** Of the gates that compare, with the samples of the plan and the spread of the run before. */
async function detectable(gates: Gates, plan: Plan, info: RunInfo, home: string): Promise<RunPlan> {
  const comparing = { ...gates, gates: gates.gates.filter(({ kind }) => kind === 'notWorseThan') };
  const earlier = await latestRun(home);
  const settings = { confidence: gates.confidence, power: POWER, icc: null, deviation: null };
  const planned = gatesOfPlan(comparing, plan, info.repeats, earlier, settings);
  return { gates: planned, from: earlier?.info.id ?? null, power: POWER };
}

function unusedBaseline(reference: string): HarnessError {
  return new HarnessError(
    'E_USAGE',
    `No gate compares a task of this run with a baseline: ${reference} is not used`,
    {
      remedy: 'Add a gate with notWorseThan: baseline on one of its tasks, or leave --baseline out.',
    },
  );
}
