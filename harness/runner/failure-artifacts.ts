/** What whoever looks into a run that did not pass needs, in one folder: the log, the configuration, the failing
 *  samples, the machine, the model by digest and, where asked, the model itself. */
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ReportData, SampleRecord } from '../../reports/report-data.ts';
import { worstSamples } from '../../reports/worst-samples.ts';
import { readMemory } from '../doctor/memory.ts';
import { readProcessor } from '../doctor/processor.ts';
import type { HarnessError } from '../errors.ts';
import { writeJsonAtomic } from '../runs/atomic-write.ts';

/** Samples kept of each gate that fails; those in error are kept all. */
const WORST = 20;

interface Failed {
  readonly dir: string;
  readonly data: ReportData;
  readonly failure: HarnessError | null;
}

/** Writes `<run>/failure` for a run that failed or could not be evaluated.
 *  @param modelPath the model's folder or file, which is copied along; null where it is not asked for
 *  @returns the folder; null where there was nothing to write */
export async function writeFailureArtifacts(
  { dir, data, failure }: Failed,
  modelPath: string | null,
): Promise<string | null> {
  const { outcome } = data.verdict;
  if (failure === null && outcome !== 'fail' && outcome !== 'could-not-evaluate') return null;
  const folder = join(dir, 'failure');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { run, verdict } = data;
  await writeFile(join(folder, 'log.txt'), logOf(data, failure));
  const samples = failingSamples(data).map((sample) => `${JSON.stringify(sample)}\n`);
  await writeFile(join(folder, 'samples.jsonl'), samples.join(''));
  const { command, seed, repeats, limit, datasets, gates, configurationDigest } = run;
  await writeJsonAtomic(join(folder, 'configuration.json'), {
    command,
    seed,
    repeats,
    limit,
    datasets,
    gates,
    configurationDigest,
    tasks: run.tasks.map((task) => ({ task: `${task.suite}/${task.task}`, dataset: task.dataset })),
  });
  await writeJsonAtomic(join(folder, 'system.json'), {
    platform: `${process.platform}-${process.arch}`,
    processor: readProcessor(),
    memory: readMemory(),
    resident: process.memoryUsage(),
    versions: run.versions,
  });
  await writeJsonAtomic(join(folder, 'model.json'), { model: run.model, baseline: run.baseline });
  await writeJsonAtomic(join(folder, 'verdict.json'), verdict);
  if (modelPath !== null)
    await copyFiles(modelPath, join(folder, 'model', basename(resolve(modelPath))), dir);
  return folder;
}

/** Of a folder all that it holds but `left`, which may lie in it. The hub's cache holds links: their files are what is
 *  kept. */
async function copyFiles(from: string, to: string, left: string): Promise<void> {
  if (resolve(from) === resolve(left)) return;
  if (!(await stat(from)).isDirectory()) return copyFile(from, to);
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await copyFiles(join(from, name), join(to, name), left);
}

/** The verdict, what each gate that does not hold says, and the last lines of the test runner. */
function logOf({ verdict, run }: ReportData, failure: HarnessError | null): string {
  const open = verdict.gates.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  return [
    `${run.startedAt} ${run.command.join(' ')}`,
    verdict.sentence,
    ...open.map(({ metric, outcome, reason }) => `${outcome} ${metric}: ${reason}`),
    ...(failure ? [`${failure.code}: ${failure.message}`] : []),
    '',
  ].join('\n');
}

/** Every record in error, and the worst of each gate that fails; each once. */
function failingSamples(data: ReportData): SampleRecord[] {
  const failing = data.verdict.gates.filter(({ outcome }) => outcome === 'fail');
  return [
    ...new Set([
      ...data.samples.filter(({ error }) => error !== null),
      ...failing.flatMap((gate) => worstSamples(data, gate, WORST).map(({ sample }) => sample)),
    ]),
  ];
}
