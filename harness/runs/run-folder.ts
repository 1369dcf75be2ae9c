/** The run folder of the contract: which files it has and how they are read back.
 *  Knows the files; knows nothing of how a run is made or judged. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { MetricsFile, ReportData, RunInfo, Verdict } from '../../reports/report-data.ts';
import { toJson, writeFileNew, writeJsonAtomic } from './atomic-write.ts';
import { readSampleLog } from './sample-log.ts';

export const runFiles = {
  run: 'run.json',
  samples: 'samples.jsonl',
  baselineSamples: 'baseline-samples.jsonl',
  metrics: 'metrics.json',
  verdict: 'verdict.json',
  gates: 'gates.yaml',
  html: 'report.html',
  markdown: 'report.md',
  junit: 'junit.xml',
} as const;

export interface RunFolder extends ReportData {
  /** Absolute path. */
  readonly dir: string;
  /** The gates file as it was when the run was judged. */
  readonly gatesText: string;
}

/** Makes the folder of a new run and writes its run.json. Of two runs that start at once one gets it.
 *  @throws HarnessError E_RUN_EXISTS where any file of a run lies: records of another model would count as this one's */
export async function createRunFolder(dir: string, info: RunInfo): Promise<void> {
  await mkdir(dir, { recursive: true });
  const present = Object.values(runFiles).find((name) => existsSync(join(dir, name)));
  if (present === undefined && (await writeFileNew(join(dir, runFiles.run), toJson(info)))) return;
  throw new HarnessError('E_RUN_EXISTS', `${dir} holds ${present ?? runFiles.run} of another run`);
}

/** Goes on with a run: what was concluded from fewer records goes. */
export async function reopenRunFolder(dir: string, info: RunInfo): Promise<void> {
  await writeJsonAtomic(join(dir, runFiles.run), info);
  for (const name of concluded) await rm(join(dir, runFiles[name]), { force: true });
}

const concluded = ['verdict', 'metrics', 'html', 'markdown', 'junit'] as const;

/** Reads a finished run.
 *  @throws HarnessError E_RUN_INVALID naming the file that is missing or damaged */
export async function readRunFolder(folder: string): Promise<RunFolder> {
  const dir = resolve(folder);
  const run = await readRunInfo(dir);
  const metrics = await readJson<MetricsFile>(dir, runFiles.metrics, ['metrics']);
  const verdict = await readJson<Verdict>(dir, runFiles.verdict, ['outcome', 'sentence', 'gates', 'counts']);
  const gatesText = await readText(dir, runFiles.gates);
  const baselinePath = join(dir, runFiles.baselineSamples);
  return {
    dir,
    run,
    metrics,
    verdict,
    gatesText,
    samples: readSampleLog(join(dir, runFiles.samples)).records,
    baselineSamples: existsSync(baselinePath) ? readSampleLog(baselinePath).records : null,
  };
}

/** run.json alone: all there is of a run that was interrupted. */
export async function readRunInfo(folder: string): Promise<RunInfo> {
  return readJson<RunInfo>(resolve(folder), runFiles.run, ['id', 'status', 'model', 'tasks', 'gates']);
}

async function readText(dir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (cause) {
    throw new HarnessError('E_RUN_INVALID', `${join(dir, name)} cannot be read`, { cause });
  }
}

/** @param keys without which it is another file */
async function readJson<T>(dir: string, name: string, keys: readonly (keyof T & string)[]): Promise<T> {
  const text = await readText(dir, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HarnessError('E_RUN_INVALID', `${join(dir, name)} is not JSON`, { cause });
  }
  const missing = keys.find((key) => ((value ?? {}) as Partial<T>)[key] === undefined);
  if (missing !== undefined) {
    throw new HarnessError('E_RUN_INVALID', `${join(dir, name)} lacks ${missing}`);
  }
  return value as T;
}
