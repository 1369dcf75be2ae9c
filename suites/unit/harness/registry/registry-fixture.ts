/** A model of a few bytes, and the folder of a run that evaluated it: what the registry's specs promote. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModelDigests } from '../../../../engine/index.ts';
import { parseGates } from '../../../../harness/gates/gates-file.ts';
import { isSameModel, judge } from '../../../../harness/gates/judge.ts';
import { writeJsonAtomic } from '../../../../harness/runs/atomic-write.ts';
import { digestOf } from '../../../../harness/runs/digest.ts';
import { runFiles } from '../../../../harness/runs/run-folder.ts';
import type { RunInfo, RunModel, SampleRecord } from '../../../../reports/report-data.ts';
import { binary, records, spec, task } from '../gates/records.ts';

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'registry-spec-'));
}

/** A folder with the files of a Hugging Face checkpoint; `weights` and `tokenizer` make it another model. */
export async function writeModel(
  parent: string,
  name: string,
  { weights = name, tokenizer = 'a' }: { weights?: string; tokenizer?: string } = {},
): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'llama', hidden_size: 8 }));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ model: { merges: [tokenizer] } }));
  await writeFile(join(folder, 'model.safetensors'), weights);
  await writeFile(join(folder, 'optimizer.bin'), 'no part of the model');
  return folder;
}

export interface RunOptions {
  /** Of run.json. */
  readonly info?: Partial<RunInfo>;
  readonly model?: Partial<RunModel>;
  readonly gates?: string;
  /** Of 100 answers. */
  readonly right?: number;
  readonly baseline?: { readonly model: RunModel; readonly samples: readonly SampleRecord[] };
}

const GATES = `version: 1
gates:
  - { metric: quality/facts.exactMatch, atLeast: 0.8 }
  - { metric: quality/facts.exactMatch, atMost: 1 }
`;

/** The folder that `harness run` would leave after evaluating the model. */
export async function writeRun(
  parent: string,
  name: string,
  modelPath: string,
  options: RunOptions = {},
): Promise<string> {
  const dir = join(parent, name);
  await mkdir(dir, { recursive: true });
  const { gates = GATES, right = 95, baseline } = options;
  const samples = records(binary(100 - right, right), { score: 'exactMatch' });
  const model: RunModel = {
    reference: modelPath,
    name: 'micro',
    kind: 'engine',
    digests: await readModelDigests(modelPath),
    device: 'cpu',
    dtype: 'fp32',
    parameterCount: 8,
    ...options.model,
  };
  const info: RunInfo = {
    id: name,
    status: 'complete',
    startedAt: '2026-11-22T18:00:00.000Z',
    finishedAt: '2026-11-22T18:01:00.000Z',
    command: ['harness', 'run'],
    model,
    baseline: baseline?.model ?? null,
    suites: ['quality'],
    tasks: [task(100, [spec('exactMatch', 'proportion')])],
    leftOut: [],
    datasets: null,
    seed: 0,
    repeats: 1,
    limit: null,
    gates: { path: 'gates.yaml', digest: digestOf(gates) },
    configurationDigest: 'sha256:c',
    versions: {},
    ...options.info,
  };
  const { metrics, verdict } = judge({
    gates: parseGates(gates, 'gates.yaml'),
    tasks: info.tasks,
    samples,
    baselineSamples: baseline?.samples ?? null,
    baselineRequested: info.baseline !== null,
    limit: info.limit,
    leftOut: info.leftOut ?? [],
    sameModel: isSameModel(info.model, info.baseline),
    model: info.model.name,
  });
  await writeJsonAtomic(join(dir, runFiles.run), info);
  await writeJsonAtomic(join(dir, runFiles.metrics), metrics);
  await writeJsonAtomic(join(dir, runFiles.verdict), verdict);
  await writeFile(join(dir, runFiles.gates), gates);
  await writeFile(join(dir, runFiles.samples), lines(samples));
  if (baseline) await writeFile(join(dir, runFiles.baselineSamples), lines(baseline.samples));
  for (const file of [runFiles.html, runFiles.markdown, runFiles.junit])
    await writeFile(join(dir, file), 'report');
  return dir;
}

function lines(samples: readonly SampleRecord[]): string {
  return samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
}
