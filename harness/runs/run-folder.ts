/** The run folder of the contract: which files it has and how they are read back.
 *  Knows the files; knows nothing of how a run is made or judged. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { MetricsFile, ReportData, RunInfo, Verdict } from '../../reports/report-data.ts';
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

/** Reads a finished run.
 *  @throws HarnessError E_RUN_INVALID naming the file that is missing or damaged */
export async function readRunFolder(folder: string): Promise<RunFolder> {
  const dir = resolve(folder);
  const run = await readRunInfo(dir);
  const metrics = await readJson<MetricsFile>(dir, runFiles.metrics);
  const verdict = await readJson<Verdict>(dir, runFiles.verdict);
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
  return readJson<RunInfo>(resolve(folder), runFiles.run);
}

async function readText(dir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (cause) {
    throw new HarnessError('E_RUN_INVALID', `${join(dir, name)} cannot be read`, { cause });
  }
}

async function readJson<T>(dir: string, name: string): Promise<T> {
  const text = await readText(dir, name);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new HarnessError('E_RUN_INVALID', `${join(dir, name)} is not JSON`, { cause });
  }
}
