/** One run, from a model reference to a verdict on disk.
 *  Starts engine and server once, forks the test runner, judges what it left, writes the run folder. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { catalog } from '../catalog/index.ts';
import { HarnessError } from '../errors.ts';
import { defaultGatesPath, parseGates, type Gates } from '../gates/gates-file.ts';
import { splitMetric } from '../gates/evidence.ts';
import { isSameModel, judge } from '../gates/judge.ts';
import { writeFileAtomic, writeJsonAtomic } from '../runs/atomic-write.ts';
import { digestOf, digestOfJson } from '../runs/digest.ts';
import { folderName } from '../runs/folder-name.ts';
import { createRunFolder, readRunInfo, reopenRunFolder, runFiles } from '../runs/run-folder.ts';
import { readSampleLog } from '../runs/sample-log.ts';
import type { ReportData, RunInfo, RunModel } from '../../reports/report-data.ts';
import { shellWord } from '../../reports/shell-command.ts';
import type { ModelInfo } from '../../engine/index.ts';
import { chooseBaseline } from './baseline.ts';
import { hostModel, type HostedModel } from './host-model.ts';
import { planRun, requireKnownSuites, taskName, type Plan } from './plan.ts';
import { runPlaywright } from './playwright-process.ts';
import { versions } from './versions.ts';
import { watchLineCount } from './watch-log.ts';
import { writeReports } from './write-reports.ts';

export interface RunOptions {
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
  /** Folder of an interrupted run: its own options win, its records stay. */
  readonly resume: string | null;
  readonly home: string;
  readonly command: readonly string[];
}

export interface RunProgress {
  readonly done: number;
  readonly planned: number;
}

export interface RunObserver {
  onPhase(phase: string): void;
  onProgress(progress: RunProgress): void;
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly dir: string;
  readonly data: ReportData;
  /** Of the test runner. The verdict, which is then no pass, stands beside it. */
  readonly failure: HarnessError | null;
}

/** @throws HarnessError E_INTERRUPTED when the signal fired: the folder can be resumed */
export async function run(asked: RunOptions, observer: RunObserver): Promise<RunResult> {
  const earlier = asked.resume === null ? null : await readRunInfo(asked.resume);
  const options = earlier === null ? asked : resumedOptions(asked, earlier);
  const gatesPath = resolve(options.gates ?? (existsSync('gates.yaml') ? 'gates.yaml' : defaultGatesPath));
  const { text: gatesText, gates } = await readGates(gatesPath);
  requireKnownSuites(catalog, options.suites);

  observer.onPhase(`loading ${options.model}`);
  const hosted: HostedModel[] = [];
  try {
    const model = await hostModel(options.model, options);
    hosted.push(model);
    const plan = await planRun(catalog, model.info, options);
    const compared = comparedTasks(gates, plan);
    const baselineReference =
      compared.length > 0 ? await chooseBaseline(options.baseline, options.home) : null;
    const baseline = baselineReference === null ? null : await hostModel(baselineReference, options);
    if (baseline) hosted.push(baseline);

    const started = new Date();
    const dir = resolve(
      asked.resume ?? options.out ?? join(options.home, 'runs', folderName(started, model.info.name)),
    );
    const info: RunInfo = {
      id: earlier?.id ?? folderName(started, model.info.name),
      status: 'running',
      startedAt: earlier?.startedAt ?? started.toISOString(),
      finishedAt: null,
      command: earlier?.command ?? options.command,
      model: runModel(model.info, options.model),
      baseline: baseline && runModel(baseline.info, baselineReference!),
      suites: [...new Set(plan.tasks.map(({ task }) => task.suite))],
      tasks: plan.tasks.map(({ summary }) => summary),
      leftOut: plan.leftOut,
      datasets: options.datasets && resolve(options.datasets),
      seed: options.seed,
      repeats: options.repeats,
      limit: options.limit,
      gates: { path: gatesPath, digest: digestOf(gatesText) },
      configurationDigest: configurationDigest(plan, options),
      versions: await versions(),
    };
    if (earlier === null) await createRunFolder(dir, info);
    else {
      requireSame(earlier, info);
      await reopenRunFolder(dir, info);
    }
    await writeFileAtomic(join(dir, runFiles.gates), gatesText);

    const baselinePlanned = plan.tasks
      .filter(({ task }) => compared.includes(taskName(task)))
      .reduce((sum, { summary }) => sum + summary.planned, 0);
    const planned =
      info.tasks.reduce((sum, task) => sum + task.planned, 0) + (baseline ? baselinePlanned : 0);
    observer.onPhase('evaluating');
    const logs = [join(dir, runFiles.samples), join(dir, runFiles.baselineSamples)];
    const stopWatching = watchLineCount(logs, (done) => observer.onProgress({ done, planned }));
    const exit = await runPlaywright(
      {
        dir,
        model: model.reference,
        baseline: baseline?.reference ?? null,
        tasks: plan.tasks.map(({ task }) => taskName(task)),
        baselineTasks: compared,
        seed: options.seed,
        repeats: options.repeats,
        limit: options.limit,
        concurrency: options.concurrency,
        datasets: options.datasets && resolve(options.datasets),
      },
      info.suites,
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
    observer.onPhase('judging');
    const data = await judgeFolder(dir, finished, gates, baseline !== null);
    const failure =
      status === 'failed'
        ? new HarnessError('E_RUNNER_FAILED', `The test runner ended with ${exit.code}\n${exit.tail}`)
        : null;
    return { dir, data, failure };
  } finally {
    await Promise.allSettled(hosted.map((one) => one.close()));
  }
}

/** Judges the samples of a folder and writes what follows from them; run.json last: it says the run is complete. */
async function judgeFolder(dir: string, info: RunInfo, gates: Gates, compared: boolean): Promise<ReportData> {
  const samples = readSampleLog(join(dir, runFiles.samples)).records;
  const baselineSamples = compared ? readSampleLog(join(dir, runFiles.baselineSamples)).records : null;
  const { metrics, verdict } = judge({
    gates,
    tasks: info.tasks,
    samples,
    baselineSamples,
    baselineRequested: info.baseline !== null,
    limit: info.limit,
    leftOut: info.leftOut,
    runnerFailed: info.status === 'failed',
    sameModel: isSameModel(info.model, info.baseline),
    model: info.model.name,
  });
  const data: ReportData = { run: info, metrics, verdict, samples, baselineSamples };
  await writeJsonAtomic(join(dir, runFiles.metrics), metrics);
  await writeJsonAtomic(join(dir, runFiles.verdict), verdict);
  await writeReports(dir, data);
  await writeJsonAtomic(join(dir, runFiles.run), info);
  return data;
}

async function readGates(path: string): Promise<{ text: string; gates: Gates }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_GATES_INVALID', `Gates file ${path} cannot be read`, { cause });
  }
  return { text, gates: parseGates(text, path) };
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

function runModel(info: ModelInfo, reference: string): RunModel {
  const { name, kind, digests, device, dtype, parameterCount } = info;
  return { reference, name, kind, digests, device, dtype, parameterCount };
}

function configurationDigest(plan: Plan, options: RunOptions): string {
  const { seed, repeats, limit, datasets } = options;
  const tasks = plan.tasks.map(({ task, summary }) => ({ ...summary, sampling: task.sampling ?? null }));
  return digestOfJson({ tasks, seed, repeats, limit, datasets: datasets !== null });
}

function resumedOptions(asked: RunOptions, earlier: RunInfo): RunOptions {
  if (earlier.status === 'complete') {
    throw new HarnessError('E_USAGE', `The run in ${asked.resume} is complete; there is nothing to resume`);
  }
  return {
    ...asked,
    suites: earlier.suites,
    model: earlier.model.reference,
    baseline: earlier.baseline?.reference ?? null,
    gates: earlier.gates.path,
    datasets: earlier.datasets,
    device: earlier.model.device,
    dtype: earlier.model.dtype,
    seed: earlier.seed,
    repeats: earlier.repeats,
    limit: earlier.limit,
  };
}

/** Records of two different models or question sets must never be mixed in one log. */
function requireSame(earlier: RunInfo, now: RunInfo): void {
  const parts = (info: RunInfo) => ({
    model: info.model.digests,
    baseline: info.baseline?.digests ?? null,
    gates: info.gates.digest,
    configuration: info.configurationDigest,
  });
  const [before, after] = [parts(earlier), parts(now)];
  const changed = (Object.keys(before) as (keyof typeof before)[]).filter(
    (part) => digestOfJson(before[part]) !== digestOfJson(after[part]),
  );
  if (changed.length > 0) {
    throw new HarnessError('E_USAGE', `Cannot resume: ${changed.join(', ')} changed since the run began`, {
      remedy: 'Start a new run.',
    });
  }
}
