/** Two runs, metric by metric, on the samples that both were asked: the mean difference with its interval, and an exact
 *  or drawn sign-flip test of no difference, adjusted by Holm over all metrics. Judges no gate: whether a difference
 *  matters is for a margin to say. */
import type {
  ComparedRun,
  ComparisonData,
  Conclusion,
  MetricComparison,
} from '../../reports/comparison-data.ts';
import type { MetricRow, MetricSpec, RunTask, SampleRecord } from '../../reports/report-data.ts';
import { recordKey } from '../runs/sample-log.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { holm } from '../stats/multiplicity.ts';
import { pairedDifference } from '../stats/paired.ts';
import { signFlipTest } from '../stats/permutation.ts';
import { groupByTask, summarize, taskName } from './aggregate.ts';
import { setupDifferences } from './compare-setups.ts';
import { pair, type Pairing } from './evidence.ts';
import type { Tolerance } from './gates-file.ts';
import { judgeAgain } from './judge-again.ts';
import { count, counted, say, sayP } from './words.ts';
import { scoreRange } from './score-range.ts';

const ALPHA = 0.05;

/** The model's run against the baseline's. Which runs were made with what stands in `setup`; it stops nothing.
 *  @throws HarnessError E_GATES_INVALID for a gates file in a run folder that is none */
export function compareRuns(baseline: RunFolder, model: RunFolder): ComparisonData {
  const [before, after] = [judgeAgain(baseline), judgeAgain(model)];
  const shared = sharedRecords(model.samples, baseline.samples);
  const drafts = metricNames(model.run.tasks, baseline.run.tasks).map((name) =>
    compareMetric(name, {
      tasks: model.run.tasks,
      baselineTasks: baseline.run.tasks,
      rows: after.metrics.metrics,
      baselineRows: before.metrics.metrics,
      shared,
      tolerance: after.gates,
      seed: model.run.seed,
    }),
  );
  const tested = drafts.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p!));
  const metrics = drafts.map((draft): MetricComparison => {
    const at = tested.indexOf(draft);
    return at < 0 ? draft : conclude(draft, adjusted[at]!, tested.length);
  });
  const counts = countConclusions(metrics);
  return {
    ...overall(counts, nameOf(model), nameOf(baseline)),
    counts,
    baseline: side(baseline, before),
    model: side(model, after),
    setup: setupDifferences(baseline.run, model.run),
    metrics,
    samples: model.samples,
    baselineSamples: baseline.samples,
    unpaired: model.samples.length + baseline.samples.length - 2 * shared.model.length,
  };
}

function side(run: RunFolder, { verdict, difference }: ReturnType<typeof judgeAgain>): ComparedRun {
  return { dir: run.dir, run: run.run, verdict, contradiction: difference };
}

function nameOf({ run }: RunFolder): string {
  return run.model.reference;
}

interface SharedRecords {
  readonly model: readonly SampleRecord[];
  readonly baseline: readonly SampleRecord[];
}

/** Records of samples that both were asked, in the same words. */
function sharedRecords(model: readonly SampleRecord[], baseline: readonly SampleRecord[]): SharedRecords {
  const partners = new Map(baseline.map((record) => [recordKey(record), record]));
  const pairs = model.flatMap((record) => {
    const partner = partners.get(recordKey(record));
    return partner?.inputDigest === record.inputDigest ? [{ record, partner }] : [];
  });
  return { model: pairs.map(({ record }) => record), baseline: pairs.map(({ partner }) => partner) };
}

interface MetricName {
  readonly suite: string;
  readonly task: string;
  readonly metric: string;
}

/** Metrics of either run, the model's first, each once. */
function metricNames(tasks: readonly RunTask[], baselineTasks: readonly RunTask[]): MetricName[] {
  const names = [...tasks, ...baselineTasks].flatMap((task) =>
    task.metrics.map(({ metric }) => ({ suite: task.suite, task: task.task, metric })),
  );
  return [...new Map(names.map((name) => [`${taskName(name)}.${name.metric}`, name])).values()];
}

interface Sides {
  readonly tasks: readonly RunTask[];
  readonly baselineTasks: readonly RunTask[];
  readonly rows: readonly MetricRow[];
  readonly baselineRows: readonly MetricRow[];
  readonly shared: SharedRecords;
  readonly tolerance: Tolerance;
  readonly seed: number;
}

function compareMetric(name: MetricName, sides: Sides): MetricComparison {
  const ours = findSpec(name, sides.tasks);
  const theirs = findSpec(name, sides.baselineTasks);
  const spec = (ours ?? theirs)!.spec;
  const isRow = (row: MetricRow): boolean =>
    row.suite === name.suite && row.task === name.task && row.metric === name.metric;
  const untested: MetricComparison = {
    ...name,
    better: spec.better,
    unit: spec.unit ?? null,
    tag: spec.tag ?? null,
    score: spec.score,
    model: sides.rows.find(isRow) ?? null,
    baseline: sides.baselineRows.find(isRow) ?? null,
    difference: null,
    pairs: 0,
    clusters: 0,
    higher: 0,
    lower: 0,
    equal: 0,
    p: null,
    pAdjusted: null,
    conclusion: 'not-compared',
    reason: '',
  };
  const fault = incomparable(ours?.spec ?? null, theirs?.spec ?? null);
  if (fault !== null) return { ...untested, reason: fault };
  const pairs = pairUp(ours!, sides);
  if ('fault' in pairs) return { ...untested, reason: pairs.fault };
  return { ...untested, ...measure(pairs, spec, sides.seed) };
}

function findSpec(
  { suite, task, metric }: MetricName,
  tasks: readonly RunTask[],
): { task: RunTask; spec: MetricSpec } | null {
  const found = tasks.find((each) => each.suite === suite && each.task === task);
  const spec = found?.metrics.find((each) => each.metric === metric);
  return found && spec ? { task: found, spec } : null;
}

/** Why the two metrics are not one; null where they are. */
function incomparable(ours: MetricSpec | null, theirs: MetricSpec | null): string | null {
  if (ours === null) return 'only the baseline has this metric';
  if (theirs === null) return 'the baseline has no such metric';
  if (ours.signature !== theirs.signature)
    return `the two were computed otherwise: ${ours.signature} and ${theirs.signature}`;
  if (ours.aggregate !== theirs.aggregate || ours.score !== theirs.score || ours.tag !== theirs.tag) {
    return 'the two are made of the scores in different ways';
  }
  if (ours.aggregate === 'mean' || ours.aggregate === 'proportion') return null;
  return `a ${ours.aggregate} is not compared pair by pair`;
}

function pairUp(
  { task, spec }: { task: RunTask; spec: MetricSpec },
  sides: Sides,
): Pairing | { fault: string } {
  const records = (all: readonly SampleRecord[]) => groupByTask(all).get(taskName(task)) ?? [];
  const [ours, theirs] = [records(sides.shared.model), records(sides.shared.baseline)];
  if (ours.length === 0) return { fault: 'the runs have no sample of it in common' };
  return pair(summarize(task, spec, ours), summarize(task, spec, theirs), sides.tolerance);
}

type Measured = Pick<
  MetricComparison,
  'difference' | 'pairs' | 'clusters' | 'higher' | 'lower' | 'equal' | 'p' | 'reason'
>;

function measure(
  pairs: Pairing,
  spec: MetricSpec,
  seed: number,
): Measured | Pick<MetricComparison, 'reason'> {
  const { values, baselineValues, clusters } = pairs;
  const range = scoreRange(spec, [...values, ...baselineValues]);
  const difference = pairedDifference(values, baselineValues, {
    clusters,
    skewCorrection: true,
    scale: range && range[1] - range[0],
  });
  if (!difference) return { reason: `${counted(values.length, 'pair')} of one cluster cannot be compared` };
  const { value, low, high, n, lower, higher, equal } = difference;
  const differences = values.map((each, i) => each - baselineValues[i]!);
  const missing = pairs.lost.length + pairs.oneSided.length + pairs.undefinedPairs;
  return {
    difference: { value, low: equal === n ? null : low, high: equal === n ? null : high },
    pairs: n,
    clusters: difference.clusters,
    higher,
    lower,
    equal,
    p: signFlipTest(differences, { clusters, seed }).pDifferent,
    reason: missing === 0 ? '' : `${counted(missing, 'pair')} without a score beside`,
  };
}

function conclude(draft: MetricComparison, pAdjusted: number, tested: number): MetricComparison {
  const { difference, better, higher, lower, pairs } = draft;
  const conclusion = pAdjusted > ALPHA ? 'no-difference' : directionOf(difference!.value, better);
  const [gains, losses] = better === 'lower' ? [lower, higher] : [higher, lower];
  const shown =
    better === 'neither'
      ? `${count(higher)} of ${counted(pairs, 'pair')} higher, ${count(lower)} lower`
      : `${count(losses)} of ${counted(pairs, 'pair')} worse, ${count(gains)} better`;
  const words =
    draft.equal === pairs
      ? `all ${counted(pairs, 'pair')} are equal`
      : `${shown}; ${sayP(pAdjusted)} among ${counted(tested, 'metric')} (Holm)`;
  return {
    ...draft,
    pAdjusted,
    conclusion,
    reason: [words, draft.reason].filter(Boolean).join('; '),
  };
}

function directionOf(difference: number, better: MetricRow['better']): Conclusion {
  if (better === 'neither') return 'different';
  return difference > 0 === (better === 'higher') ? 'better' : 'worse';
}

function countConclusions(metrics: readonly MetricComparison[]): Record<Conclusion, number> {
  const counts = { worse: 0, better: 0, different: 0, 'no-difference': 0, 'not-compared': 0 };
  for (const { conclusion } of metrics) counts[conclusion]++;
  return counts;
}

function overall(
  counts: Readonly<Record<Conclusion, number>>,
  model: string,
  baseline: string,
): Pick<ComparisonData, 'outcome' | 'sentence'> {
  const { worse, better, different } = counts;
  const tested = worse + better + different + counts['no-difference'];
  const beside = counts['not-compared'] > 0 ? `; ${say(counts['not-compared'])} not compared` : '';
  if (tested === 0) {
    return { outcome: 'not-compared', sentence: `Nothing of ${model} and ${baseline} could be compared.` };
  }
  const parts = [
    ...(worse > 0 ? [`worse on ${count(worse)}`] : []),
    ...(better > 0 ? [`better on ${count(better)}`] : []),
    ...(different > 0 ? [`different on ${count(different)}`] : []),
  ];
  const outcome =
    worse > 0 && better > 0 ? 'mixed' : worse > 0 ? 'worse' : better > 0 ? 'better' : 'no-difference';
  const metrics = counted(tested, 'metric');
  const said =
    parts.length === 0
      ? `Against ${baseline}, ${model} shows no clear difference on ${metrics}`
      : `Against ${baseline}, ${model} is ${parts.join(' and ')} of ${metrics}`;
  return { outcome, sentence: `${said}${beside}.` };
}
