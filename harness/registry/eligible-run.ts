/** Whether a run folder is evidence for promotion: complete, whole, and passing when judged again from its samples.
 *  Knows nothing of the model's files. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ModelDigests } from '../../engine/index.ts';
import type { GateResult, MetricRow, MetricsFile, RunInfo, Verdict } from '../../reports/report-data.ts';
import { HarnessError } from '../errors.ts';
import { leftOutReason } from '../gates/evidence.ts';
import { parseGates } from '../gates/gates-file.ts';
import { isSameModel, judge } from '../gates/judge.ts';
import { digestOf } from '../runs/digest.ts';
import { readRunFolder, readRunInfo, runFiles, type RunFolder } from '../runs/run-folder.ts';

export interface EligibleRun {
  readonly run: RunFolder;
  readonly digests: ModelDigests;
  /** As computed again. */
  readonly verdict: Verdict;
}

/** @throws HarnessError E_RUN_INVALID for what is no run folder, E_PROMOTION_REFUSED with the reason for a run that
 *  shows too little */
export async function readEligibleRun(dir: string): Promise<EligibleRun> {
  const info = await readRunInfo(dir);
  refuseUnfinished(info);
  const digests = evaluatedDigests(info);
  const run = await readWholeRun(dir);
  const gatesDigest = digestOf(run.gatesText);
  if (gatesDigest !== info.gates.digest) {
    refuse(
      `the gates file in the run folder is not the one of the run: it has ${gatesDigest}, judged was ${info.gates.digest}`,
    );
  }
  const gates = parseGates(run.gatesText, join(run.dir, runFiles.gates));
  for (const gate of gates.gates) {
    const reason = leftOutReason(gate.metric, info.leftOut ?? []);
    if (reason !== null) refuse(`the run left out what its gates need: ${gate.metric} (${reason})`);
  }
  const { metrics, verdict } = judge({
    gates,
    tasks: info.tasks,
    samples: run.samples,
    baselineSamples: run.baselineSamples,
    baselineRequested: info.baseline !== null,
    limit: info.limit,
    leftOut: info.leftOut ?? [],
    sameModel: isSameModel(info.model, info.baseline),
    model: info.model.name,
  });
  const differs = verdictDifference(verdict, run.verdict) ?? metricsDifference(metrics, run.metrics);
  if (differs !== null) refuse(`its samples, judged again, give something else than it says: ${differs}`);
  if (verdict.outcome !== 'pass') refuse(`its verdict is no pass. ${verdict.sentence}`);
  return { run, digests, verdict };
}

function refuse(why: string): never {
  throw new HarnessError('E_PROMOTION_REFUSED', `Refused: ${why}`);
}

function refuseUnfinished(info: RunInfo): void {
  if (info.status !== 'complete') refuse(`the run is ${info.status}, not complete`);
  if (info.limit !== null) refuse(`the run was limited to ${info.limit} samples a task`);
}

function evaluatedDigests(info: RunInfo): ModelDigests {
  const { kind, digests, reference } = info.model;
  if (kind !== 'engine' || digests === null) {
    refuse(
      `${reference} is a model of kind ${kind}: it can be judged, not promoted, as its weights are not here`,
    );
  }
  return digests;
}

async function readWholeRun(dir: string): Promise<RunFolder> {
  const missing = Object.values(runFiles).filter(
    (name) => name !== runFiles.baselineSamples && !existsSync(join(resolve(dir), name)),
  );
  if (missing.length > 0) refuse(`the run folder lacks ${missing.join(', ')}`);
  try {
    return await readRunFolder(dir);
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'E_RUN_INVALID') refuse(error.message);
    throw error;
  }
}

/** Numbers may differ by what another version of Node rounds otherwise. */
function sameNumber(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

const GATE_NUMBERS = ['value', 'low', 'high', 'threshold', 'baseline', 'n', 'mde'] as const;

function verdictDifference(computed: Verdict, stored: Verdict): string | null {
  if (computed.outcome !== stored.outcome) return `the outcome is ${computed.outcome}, not ${stored.outcome}`;
  if (computed.gatesDigest !== stored.gatesDigest) return 'the verdict is about another gates file';
  if (computed.gates.length !== stored.gates.length) {
    return `there are ${computed.gates.length} gates, not ${stored.gates.length}`;
  }
  for (const [i, gate] of computed.gates.entries()) {
    const difference = gateDifference(gate, stored.gates[i]!);
    if (difference !== null) return difference;
  }
  return null;
}

function gateDifference(computed: GateResult, stored: GateResult): string | null {
  const name = `${computed.metric} (${computed.rule})`;
  if (computed.metric !== stored.metric || computed.kind !== stored.kind)
    return `${name} is not gate ${stored.metric}`;
  if (computed.outcome !== stored.outcome) return `${name} is ${computed.outcome}, not ${stored.outcome}`;
  const other = GATE_NUMBERS.find((key) => !sameNumber(computed[key], stored[key]));
  return other === undefined ? null : `${name}: ${other} is ${computed[other]}, not ${stored[other]}`;
}

const METRIC_NUMBERS = ['value', 'low', 'high', 'n', 'clusters', 'errors', 'undefinedCount'] as const;

function metricsDifference(computed: MetricsFile, stored: MetricsFile): string | null {
  const rows = (file: MetricsFile): readonly MetricRow[] => [...file.metrics, ...(file.baseline ?? [])];
  const [ours, theirs] = [rows(computed), rows(stored)];
  if (ours.length !== theirs.length) return `there are ${ours.length} metrics, not ${theirs.length}`;
  for (const [i, row] of ours.entries()) {
    const name = `${row.suite}/${row.task}.${row.metric}`;
    const other = METRIC_NUMBERS.find((key) => !sameNumber(row[key], theirs[i]![key]));
    if (other !== undefined) return `${name}: ${other} is ${row[other]}, not ${theirs[i]![other]}`;
  }
  return null;
}
