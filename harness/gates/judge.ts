/** The verdict: gates against the records of a run. Pure and deterministic: from the files of a run folder alone
 *  anyone can compute it again, and promotion does. */
import type {
  GateOutcome,
  GateResult,
  LeftOut,
  Looks,
  MetricsFile,
  MetricSpec,
  RunModel,
  RunTask,
  SampleRecord,
  Verdict,
} from '../../reports/report-data.ts';
import { recordKey } from '../runs/sample-log.ts';
import { counterExample, judgeAlways, judgeThreshold, type Finding } from './absolute.ts';
import { aggregate, groupByTask, summarize, taskName } from './aggregate.ts';
import { incompleteRecords, leftOutReason, missingMetric, splitMetric, tooFewScores } from './evidence.ts';
import { countErrors } from './error-classes.ts';
import type { Gate, Gates, Tolerance } from './gates-file.ts';
import { gateLook, levelAt, type LookLevel } from './looks.ts';
import { compare, judgeComparisons, rawInterval, type Comparison } from './regression.ts';
import { ruleInWords } from './rule-in-words.ts';
import { countOutcomes, overallOutcome, sentenceOf } from './verdict.ts';

export interface JudgeInput {
  readonly gates: Gates;
  readonly tasks: readonly RunTask[];
  readonly samples: readonly SampleRecord[];
  /** Null where the run had no baseline. */
  readonly baselineSamples: readonly SampleRecord[] | null;
  /** Whether there should be one: its absence is then a fault and not a matter of course. */
  readonly baselineRequested: boolean;
  /** Samples a task at most; null for all. */
  readonly limit: number | null;
  /** As the run declared them; absent: one look. */
  readonly looks?: Looks;
  readonly leftOut?: readonly LeftOut[];
  /** The test runner did not end well: such a run cannot pass. */
  readonly runnerFailed?: boolean;
  /** The baseline has the very digests of the model: see `isSameModel`. */
  readonly sameModel?: boolean;
  /** The model's name, for the sentence. */
  readonly model?: string;
  /** What of the run stands in the model's training data; absent where none is known. */
  readonly contamination?: NonNullable<Verdict['contamination']>;
}

export interface Judgement {
  readonly metrics: MetricsFile;
  readonly verdict: Verdict;
}

/** Whether two models are one by every digest that decides their answers. */
export function isSameModel(model: RunModel, baseline: RunModel | null): boolean {
  if (!baseline || !model.digests || !baseline.digests) return false;
  const { weights, tokenizer, template, config } = model.digests;
  return (
    weights === baseline.digests.weights &&
    tokenizer === baseline.digests.tokenizer &&
    template === baseline.digests.template &&
    config === baseline.digests.config &&
    (model.digests.adapter ?? null) === (baseline.digests.adapter ?? null) &&
    model.dtype === baseline.dtype
  );
}

/** Metrics and verdict of a run. */
export function judge(input: JudgeInput): Judgement {
  const { gates, tasks } = input;
  const samples = inCanonicalOrder(input.samples);
  const baselineSamples = input.baselineSamples && inCanonicalOrder(input.baselineSamples);
  const evidence: Evidence = {
    ...input,
    byTask: groupByTask(samples),
    baselineByTask: baselineSamples === null ? null : groupByTask(baselineSamples),
  };
  const alpha = oneSided(gates.confidence);
  const drafts = gates.gates.map((gate) => draft(gate, evidence));
  const comparisons = drafts.flatMap(({ comparison }) => comparison ?? []);
  const findings = judgeComparisons(comparisons, alpha, input.sameModel ?? false);
  const results = drafts.map(({ result, comparison }): GateResult => {
    if (!comparison) return result;
    return { ...result, ...findings[comparisons.indexOf(comparison)]! };
  });
  const runnerFailed = input.runnerFailed ?? false;
  const outcome = overallOutcome(results, runnerFailed);
  return {
    metrics: {
      metrics: aggregate(tasks, samples),
      // Of the tasks that the baseline was asked as well.
      baseline:
        baselineSamples === null
          ? null
          : aggregate(
              tasks.filter((task) => evidence.baselineByTask?.has(taskName(task))),
              baselineSamples,
            ),
    },
    verdict: {
      outcome,
      sentence: sentenceOf(results, {
        model: input.model ?? null,
        samples: samples.length,
        limit: input.limit,
        look: input.looks?.look ?? null,
        runnerFailed,
        contaminated: input.contamination?.contaminated ?? 0,
      }),
      gates: results,
      gatesDigest: gates.digest,
      counts: countOutcomes(results),
      errors: countErrors(samples),
      ...(input.contamination && { contamination: contaminationOf(input.contamination) }),
      ...(input.looks && {
        look: { look: input.looks.look, alphaSpent: mostSpent(drafts, input.looks.look, alpha), alpha },
      }),
    },
  };
}

/** Without what run.json says besides. */
function contaminationOf({ samples, contaminated, tasks }: NonNullable<Verdict['contamination']>) {
  return { samples, contaminated, tasks };
}

function oneSided(confidence: number): number {
  return (1 - confidence) / 2;
}

/** What the gates that were tested have spent at most by this look. */
function mostSpent(drafts: readonly Draft[], look: 1 | 2, alpha: number): number {
  const spent = drafts.flatMap((each) => each.level?.spent ?? []);
  return look === 2 ? alpha : spent.reduce((a, b) => Math.max(a, b), 0);
}

/** Records stand in the order in which answers came. Sums and names shall not depend on it. */
function inCanonicalOrder(samples: readonly SampleRecord[]): SampleRecord[] {
  const keyed = samples.map((record) => ({ record, key: recordKey(record) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ record }) => record);
}

interface Evidence extends JudgeInput {
  readonly byTask: ReadonlyMap<string, readonly SampleRecord[]>;
  readonly baselineByTask: ReadonlyMap<string, readonly SampleRecord[]> | null;
}

/** A gate's result; of one that compares, still without the finding, which depends on all comparisons. */
interface Draft {
  readonly result: GateResult;
  readonly comparison?: Comparison;
  /** Of a gate that was tested. */
  readonly level?: LookLevel;
}

function draft(gate: Gate, evidence: Evidence): Draft {
  const empty: GateResult = {
    metric: gate.metric,
    rule: ruleInWords(gate),
    kind: gate.kind,
    value: null,
    low: null,
    high: null,
    threshold: thresholdOf(gate),
    baseline: null,
    n: 0,
    mde: null,
    outcome: 'could-not-evaluate',
    reason: '',
  };
  const ends = (base: GateResult, outcome: GateOutcome, reason: string): Draft => ({
    result: { ...base, outcome, reason },
  });

  const leftOut = leftOutReason(gate.metric, evidence.leftOut ?? []);
  if (leftOut !== null) return ends(empty, 'not-applicable', leftOut);
  const found = findMetric(gate.metric, evidence.tasks);
  if (!found) return ends(empty, 'could-not-evaluate', missingMetric(gate.metric, evidence.tasks));

  const tolerance = toleranceOf(gate, evidence.gates);
  const { task, spec } = found;
  const backwards = wrongDirection(gate, spec);
  if (backwards !== null) return ends(empty, 'could-not-evaluate', backwards);
  const look = gateLook(evidence.looks, taskName(task), spec.tag);
  const level = levelAt(oneSided(evidence.gates.confidence), look);
  const confidence = look === null ? evidence.gates.confidence : 1 - 2 * level.alpha;
  const records = evidence.byTask.get(taskName(task)) ?? [];
  const summary = summarize(task, spec, records, confidence);
  const measured: GateResult = {
    ...empty,
    value: summary.value,
    low: gate.kind === 'always' ? null : summary.low,
    high: gate.kind === 'always' ? null : summary.high,
    n: summary.scores.length,
  };
  const concludes = (finding: Finding): Draft => ({ result: { ...measured, ...finding } });

  // A counter-example refutes even where half of the records are missing.
  const broken = gate.kind === 'always' ? counterExample(summary) : null;
  if (broken) return concludes(broken);
  const allowed = gate.kind === 'always' ? toleranceOfAlways(tolerance, gate.undefinedScores) : tolerance;
  const fault = incompleteRecords(task, records) ?? tooFewScores(summary, allowed);
  if (fault !== null) return ends(measured, 'could-not-evaluate', fault);
  if (gate.kind === 'always') return concludes(judgeAlways(summary));
  if (gate.kind !== 'notWorseThan') {
    const finding = judgeThreshold(summary, gate, confidence, look);
    return { level, result: { ...measured, alpha: level.alpha, ...finding } };
  }

  if (evidence.baselineByTask === null) {
    return evidence.baselineRequested
      ? ends(measured, 'could-not-evaluate', 'the baseline that was asked for has no records')
      : ends(measured, 'not-applicable', 'there is no baseline yet');
  }
  const baselineRecords = evidence.baselineByTask.get(taskName(task)) ?? [];
  const baseline = summarize(task, spec, baselineRecords, confidence);
  const compared = { ...measured, baseline: baseline.value };
  const baselineFault =
    incompleteRecords(task, baselineRecords, 'baseline ') ?? tooFewScores(baseline, tolerance, 'baseline ');
  if (baselineFault !== null) return ends(compared, 'could-not-evaluate', baselineFault);
  const comparison = compare(summary, baseline, gate.margin, {
    look,
    confidence,
    tolerance,
    sameModel: evidence.sameModel ?? false,
  });
  if ('fault' in comparison) return ends(compared, 'could-not-evaluate', comparison.fault);
  if ('tooFew' in comparison) return ends(compared, 'inconclusive', comparison.tooFew);
  const { low, high } = rawInterval(comparison.difference, comparison.sign);
  return {
    comparison,
    level,
    result: {
      ...compared,
      alpha: level.alpha,
      value: comparison.value,
      baseline: comparison.baseline,
      low: comparison.baseline + low,
      high: comparison.baseline + high,
      n: comparison.difference.n,
    },
  };
}

/** Why a threshold would pass what gets worse; null where it does not. An upper bound on what is good, as of answers too
 *  good to be unseen, has its use; a lower bound on what is bad has none. */
function wrongDirection(gate: Gate, { better }: MetricSpec): string | null {
  if (gate.kind !== 'atLeast' || better !== 'lower') return null;
  return 'of this metric lower is better, so that a bound from below passes what gets worse: use atMost';
}

function toleranceOf(gate: Gate, gates: Gates): Tolerance {
  return { ...gates, maxUndefinedShare: gate.maxUndefinedShare ?? gates.maxUndefinedShare };
}

/** What has to hold always was not seen to hold where there was no score: not one may be missing. */
function toleranceOfAlways(tolerance: Tolerance, undefinedScores: 'leaveOut' | undefined): Tolerance {
  const none = { ...tolerance, maxErrorShare: 0, maxErrorShareOf: {} };
  return undefinedScores === 'leaveOut' ? none : { ...none, maxUndefinedShare: 0 };
}

function findMetric(name: string, tasks: readonly RunTask[]) {
  const parts = splitMetric(name);
  const task = tasks.find((each) => taskName(each) === parts.taskName);
  const spec = task?.metrics.find(({ metric }) => metric === parts.metric);
  return task && spec ? { task, spec } : null;
}

function thresholdOf(gate: Gate): number | null {
  if (gate.kind === 'always') return null;
  return gate.kind === 'notWorseThan' ? gate.margin : gate.threshold;
}
