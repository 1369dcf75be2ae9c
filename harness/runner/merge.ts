/** Makes one run of its parts: the samples of all, judged as if one machine had asked them.
 *  Refuses parts that are not of one run: another model, other gates, other questions, a part missing or twice. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { parseGates } from '../gates/gates-file.ts';
import { writeFileAtomic } from '../runs/atomic-write.ts';
import { digestOf, digestOfJson } from '../runs/digest.ts';
import { folderName } from '../runs/folder-name.ts';
import { createRunFolder, readRunInfo, runFiles } from '../runs/run-folder.ts';
import { readSampleLog, SampleLog } from '../runs/sample-log.ts';
import type { RunInfo, RunTask } from '../../reports/report-data.ts';
import { judgeFolder } from './judge-folder.ts';
import type { RunResult } from './run-options.ts';
import { shellWord } from '../../reports/shell-command.ts';

export interface MergeOptions {
  /** Null: a new folder under `home`. */
  readonly out: string | null;
  readonly home: string;
  readonly command: readonly string[];
}

interface Part {
  readonly dir: string;
  readonly info: RunInfo & { readonly shard: NonNullable<RunInfo['shard']> };
}

/** @throws HarnessError E_RUN_INVALID for what is no part, is unfinished, or is of another run; E_RUN_EXISTS */
export async function mergeRuns(dirs: readonly string[], options: MergeOptions): Promise<RunResult> {
  const parts = await Promise.all(dirs.map(readPart));
  const first = parts[0]!;
  for (const part of parts) requireOneRun(first, part);
  requireAllParts(parts);

  const gatesPath = join(first.dir, runFiles.gates);
  const gatesText = await readFile(gatesPath, 'utf8').catch((cause: unknown) => {
    throw new HarnessError('E_RUN_INVALID', `${gatesPath} cannot be read`, { cause });
  });
  if (digestOf(gatesText) !== first.info.gates.digest) {
    throw new HarnessError('E_RUN_INVALID', `${gatesPath} is not the gates file of the run`);
  }
  const gates = parseGates(gatesText, gatesPath);
  const info = mergedInfo(parts, options);
  const dir = resolve(options.out ?? join(options.home, 'runs', info.id));
  await createRunFolder(dir, { ...info, status: 'running' });
  await writeFileAtomic(join(dir, runFiles.gates), gatesText);
  const logs = [runFiles.samples, ...(info.baseline ? [runFiles.baselineSamples] : [])];
  for (const name of logs) mergeLogs(parts, name, join(dir, name));
  const data = await judgeFolder(dir, info, gates);
  return { dir, data, failure: null };
}

async function readPart(dir: string): Promise<Part> {
  const info = await readRunInfo(dir);
  const { shard, status } = info;
  if (!shard) {
    throw new HarnessError('E_RUN_INVALID', `${dir} is a whole run, not a part of one`, {
      remedy: 'Give folders that harness run --shard i/n wrote.',
    });
  }
  if (status !== 'complete') {
    throw new HarnessError('E_RUN_INVALID', `${dir} is ${status}, not complete`, {
      remedy: `npx harness run --resume ${shellWord(dir)} finishes it.`,
    });
  }
  return { dir, info: { ...info, shard } };
}

/** What decides the numbers has to be one and the same in all parts. */
function requireOneRun(first: Part, other: Part): void {
  const decides = ({ info }: Part) => ({
    model: [info.model.digests, info.model.script ?? info.model.reference, info.model.dtype],
    baseline: info.baseline && [
      info.baseline.digests,
      info.baseline.script ?? info.baseline.reference,
      info.baseline.dtype,
    ],
    gates: info.gates.digest,
    tasks: info.configurationDigest,
    // Of the whole run, in each part: which of its samples the model was trained on.
    'training data': info.trainingOverlap,
    'number of parts': info.shard.of,
    version: info.versions['@modelgate/harness'],
  });
  const [ours, theirs] = [decides(first), decides(other)];
  const differs = (Object.keys(ours) as (keyof typeof ours)[]).filter(
    (key) => digestOfJson(ours[key] ?? null) !== digestOfJson(theirs[key] ?? null),
  );
  if (differs.length === 0) return;
  throw new HarnessError(
    'E_RUN_INVALID',
    `${other.dir} is not a part of the run in ${first.dir}: ${differs.join(', ')} differ`,
    { remedy: 'Evaluate all parts with the same options, model and gates.' },
  );
}

function requireAllParts(parts: readonly Part[]): void {
  const { of } = parts[0]!.info.shard;
  const folders = new Map<number, string>();
  for (const { dir, info } of parts) {
    const { index } = info.shard;
    const other = folders.get(index);
    if (other !== undefined) {
      throw new HarnessError('E_RUN_INVALID', `${other} and ${dir} are both part ${index} of ${of}`);
    }
    folders.set(index, dir);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !folders.has(index));
  if (missing.length > 0) {
    throw new HarnessError('E_RUN_INVALID', `Part ${missing.join(', ')} of ${of} is missing`, {
      remedy: 'Give the folders of all parts; what is missing cannot pass.',
    });
  }
}

function mergedInfo(parts: readonly Part[], options: MergeOptions): RunInfo {
  const ordered = parts.toSorted((a, b) => a.info.shard.index - b.info.shard.index);
  const { shard: _, ...info } = ordered[0]!.info;
  const earliest = ordered.map((part) => part.info.startedAt).toSorted()[0]!;
  const latest = ordered
    .map((part) => part.info.finishedAt ?? '')
    .toSorted()
    .at(-1)!;
  return {
    ...info,
    id: folderName(new Date(), info.model.name),
    startedAt: earliest,
    finishedAt: latest,
    command: options.command,
    tasks: info.tasks.map((task) => ({ ...task, planned: plannedInAll(task, ordered) })),
    mergedFrom: ordered.map((part) => part.info.id),
  };
}

function plannedInAll({ suite, task }: RunTask, parts: readonly Part[]): number {
  return parts
    .flatMap(({ info }) => info.tasks.find((each) => each.suite === suite && each.task === task) ?? [])
    .reduce((sum, { planned }) => sum + planned, 0);
}

function mergeLogs(parts: readonly Part[], name: string, path: string): void {
  const log = new SampleLog(path);
  for (const { dir } of parts)
    for (const record of readSampleLog(join(dir, name)).records) log.append(record);
  log.close();
}
