/** The verdict of a run folder, computed again from its records: what stands in verdict.json is only believed where it
 *  follows from them. */
import { join } from 'node:path';
import type {
  GateResult,
  MetricRow,
  MetricsFile,
  RunInfo,
  SampleRecord,
  Verdict,
} from '../../reports/report-data.ts';
import { digestOf } from '../runs/digest.ts';
import { runFiles, type RunFolder } from '../runs/run-folder.ts';
import { withContamination } from './contamination.ts';
import { parseGates, type Gates } from './gates-file.ts';
import { isSameModel, judge, type Judgement } from './judge.ts';

/** Metrics and verdict of a run as its run.json describes it. */
export function judgeRun(
  info: RunInfo,
  gates: Gates,
  samples: readonly SampleRecord[],
  baselineSamples: readonly SampleRecord[] | null,
): Judgement {
  const { trainingOverlap: overlap } = info;
  return judge({
    gates,
    tasks: info.tasks,
    samples: withContamination(samples, overlap),
    baselineSamples: baselineSamples && withContamination(baselineSamples, overlap),
    baselineRequested: info.baseline !== null,
    limit: info.limit,
    ...(info.looks && { looks: info.looks }),
    leftOut: info.leftOut ?? [],
    runnerFailed: info.status === 'failed',
    sameModel: isSameModel(info.model, info.baseline),
    model: info.model.name,
    ...(overlap && { contamination: overlap }),
  });
}

export interface SecondJudgement extends Judgement {
  readonly gates: Gates;
  /** How the folder's files differ from what follows from its records; null where they do not. */
  readonly difference: string | null;
}

/** @throws HarnessError E_GATES_INVALID */
export function judgeAgain(run: RunFolder): SecondJudgement {
  const gates = parseGates(run.gatesText, join(run.dir, runFiles.gates));
  const judgement = judgeRun(run.run, gates, run.samples, run.baselineSamples);
  const difference =
    gatesDifference(run) ??
    verdictDifference(judgement.verdict, run.verdict) ??
    metricsDifference(judgement.metrics, run.metrics);
  return { ...judgement, gates, difference };
}

function gatesDifference({ run, gatesText }: RunFolder): string | null {
  const digest = digestOf(gatesText);
  if (digest === run.gates.digest) return null;
  return `the gates file in the run folder is not the one of the run: it has ${digest}, judged was ${run.gates.digest}`;
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
