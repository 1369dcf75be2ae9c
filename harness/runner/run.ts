/** One run, from a model reference to a verdict on disk.
 *  Starts engine and server once, forks the test runner, judges what it left, writes the run folder. */
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { counted } from '../gates/words.ts';
import { findTaskFiles, projectCatalog } from '../project/own-tasks.ts';
import { locateModel } from '../models/locate-model.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { setsFolder } from '../recipes/fetched.ts';
import { askedStandardTasks } from '../recipes/index.ts';
import { writeFileAtomic, writeJsonAtomic } from '../runs/atomic-write.ts';
import { digestOf } from '../runs/digest.ts';
import { folderName } from '../runs/folder-name.ts';
import { createRunFolder, readRunInfo, reopenRunFolder, runFiles } from '../runs/run-folder.ts';
import { readSampleLog } from '../runs/sample-log.ts';
import type { RunInfo } from '../../reports/report-data.ts';
import { shellWord } from '../../reports/shell-command.ts';
import { costOfAll } from '../tasks/cost.ts';
import { versions } from '../tasks/versions.ts';
import { chooseBaseline } from './baseline.ts';
import { hostModel, type HostedModel, type HostOptions } from './host-model.ts';
import { declaredLooks, lookTaken, openSecondLook } from './looks.ts';
import { planRun, requireKnownSuites, taskName, type Plan } from './plan.ts';
import { runPlaywright } from './playwright-process.ts';
import { configurationDigest, configurationOfFirstLook, reopenedOptions, requireSame } from './same-run.ts';
import { judgeFolder } from './judge-folder.ts';
import { alwaysAsked, comparedTasks, detectable, readGates, unusedBaseline } from './run-gates.ts';
import { cacheOf, runModel } from './run-model.ts';
import type { RunObserver, RunOptions, RunResult, ShardResult } from './run-options.ts';
import { shardOfPlan } from './shard.ts';
import { readTrainingRecord } from './training-record.ts';
import { withContaminationMetric } from '../gates/contamination.ts';
import { trainingOverlap } from './training-overlap.ts';
import { watchRecords } from './watch-records.ts';

/** @throws HarnessError E_INTERRUPTED when the signal fired: the folder can be resumed */
export async function run(asked: RunOptions, observer: RunObserver): Promise<RunResult | ShardResult> {
  const reopened = asked.resume ?? asked.extend;
  const earlier = reopened === null ? null : await readRunInfo(reopened);
  const extended = asked.extend === null ? null : await openSecondLook(asked.extend);
  const options = earlier === null ? asked : reopenedOptions(asked, earlier, extended);
  const project = process.cwd();
  const sets = setsFolder(options.home);
  const catalog = [...(await projectCatalog(project)), ...(await askedStandardTasks(options.suites, sets))];
  const { path: gatesPath, text: gatesText, gates } = await readGates(options.gates, catalog);
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

    const overlap = await overlapTold(options, earlier, whole);
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
      tasks: plan.tasks.map(({ summary }) => withContaminationMetric(summary, overlap)),
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
      ...(overlap && { trainingOverlap: overlap }),
      configurationDigest: configurationDigest(whole, options, taken),
      versions: await versions(),
      ...(await trainingOf(options)),
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
    observer.onPlan?.(await detectable(gates, whole, info, options.home));

    observer.onPhase(`evaluating ${costInWords(info)}`);
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
        sets,
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
    const data = await judgeFolder(dir, finished, gates);
    return { dir, data, failure };
  } finally {
    await Promise.allSettled(hosted.map((one) => one.close()));
  }
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

/** What the model's own files tell of its training; nothing of a model that has none here. */
async function trainingOf({ model, home }: RunOptions): Promise<Pick<RunInfo, 'training'>> {
  const located = await locateModel(parseModelReference(model), home);
  const training = located && (await readTrainingRecord(located.path));
  return training ? { training } : {};
}

/** How the baseline is opened: as the model is, but in a dtype of its own. */
function ofBaseline({ home, device, baselineDtype: dtype }: RunOptions): HostOptions {
  return { home, ...(device !== undefined && { device }), ...(dtype !== undefined && { dtype }) };
}

/** Of a run that goes on, what it was told at its beginning. */
async function overlapTold(
  { model, home, trainingData = [] }: RunOptions,
  earlier: RunInfo | null,
  plan: Plan,
): Promise<RunInfo['trainingOverlap'] | null> {
  if (earlier !== null) return earlier.trainingOverlap;
  const located = await locateModel(parseModelReference(model), home);
  return await trainingOverlap(trainingData, located?.path ?? null, plan);
}
