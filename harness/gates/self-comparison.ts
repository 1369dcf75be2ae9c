/** A/A: the gates, run on a model against itself, measure their own error rates at this size of sample, with these scores
 *  and this model's randomness.
 *
 *  Clusters are drawn with replacement from the run's records. For a comparison each sample gives two of its repeats, in
 *  random order, one as the model and one as its baseline: not worse, so a `fail` is a false alarm. Then the model's
 *  answers are damaged at random until it is worse by exactly the margin: a `pass` is then a false pass. For a threshold
 *  the threshold is moved to the value that the records have: both outcomes are then false.
 *
 *  What it shows: whether the stated rates hold for scores such as these. What it cannot: whether the samples are like
 *  the questions to come, or how real damage is spread over them. The intervals are those of the drawing alone. */
import type {
  GateOutcome,
  GateResult,
  MetricSpec,
  RunTask,
  SampleRecord,
} from '../../reports/report-data.ts';
import { Pcg64 } from '../stats/pcg64.ts';
import { wilsonInterval } from '../stats/proportion.ts';
import { groupByTask, summarize, taskName } from './aggregate.ts';
import { splitMetric } from './evidence.ts';
import type { Gate, Gates } from './gates-file.ts';
import { judge } from './judge.ts';
import { ruleInWords } from './rule-in-words.ts';
import { damageOf, drawPairs, poolOf, type Damage, type Draw, type Drawn, type Pool } from './score-pool.ts';

export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly value: number;
  /** Wilson, 95%. */
  readonly low: number;
  readonly high: number;
}

export interface GateErrorRates {
  readonly metric: string;
  readonly rule: string;
  /** Samples in each judgement. */
  readonly n: number;
  readonly clusters: number;
  /** A model as good as it should be fails. */
  readonly falseAlarm: Rate | null;
  /** A model that is worse by the margin, or at the threshold, passes. */
  readonly falsePass: Rate | null;
  /** How often the model passes against itself: the power of the comparison. */
  readonly passesItself: Rate | null;
  /** Why something was not measured, or what to know of it; may be empty. */
  readonly note: string;
}

export interface SelfComparison {
  readonly resamples: number;
  readonly seed: number;
  /** One-sided level that both rates of a gate are stated to stay within. */
  readonly alpha: number;
  readonly gates: readonly GateErrorRates[];
  /** A false alarm of any comparison: what Holm's adjustment keeps within alpha. */
  readonly anyFalseAlarm: Rate | null;
  /** Whether a rate is above alpha by more than chance explains, with as many rates as there are (Bonferroni, 5%). */
  readonly exceedsAlpha: boolean;
}

export interface SelfComparisonOptions {
  readonly resamples: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

export function compareWithItself(
  gates: Gates,
  tasks: readonly RunTask[],
  samples: readonly SampleRecord[],
  options: SelfComparisonOptions,
): SelfComparison {
  const byTask = groupByTask(samples);
  const random = new Pcg64(options.seed);
  const plans = gates.gates.flatMap((gate) => planOf(gate, gates, tasks, byTask) ?? []);
  const counts = plans.map(() => ({ falseAlarm: 0, falsePass: 0, passesItself: 0 }));
  let anyFalseAlarm = 0;
  const comparing = plans.filter(({ pool }) => pool?.paired === true);
  for (let drawn = 0; drawn < options.resamples; drawn++) {
    const draws = new Map(comparing.map((plan) => [plan, drawPairs(plan.pool!, random)]));
    const outcomes = judgeTogether(gates, comparing, draws);
    if (comparing.some((_, i) => outcomes[i] === 'fail')) anyFalseAlarm++;
    plans.forEach((plan, i) => {
      if (!plan.pool) return;
      const own = counts[i]!;
      if (plan.pool.paired) {
        const outcome = outcomes[comparing.indexOf(plan)];
        own.falseAlarm += outcome === 'fail' ? 1 : 0;
        own.passesItself += outcome === 'pass' ? 1 : 0;
        if (plan.damage) {
          const { values, baselineValues } = draws.get(plan)!;
          const damaged = { values: plan.damage(values, random), baselineValues };
          const [judged] = judgeTogether(gates, [plan], new Map([[plan, damaged]]));
          own.falsePass += judged === 'pass' ? 1 : 0;
        }
      } else {
        const [judged] = judgeTogether(gates, [plan], new Map([[plan, drawPairs(plan.pool, random)]]));
        own.falseAlarm += judged === 'fail' ? 1 : 0;
        own.falsePass += judged === 'pass' ? 1 : 0;
      }
    });
    options.onProgress?.(drawn + 1);
  }
  const rate = (count: number): Rate => {
    const { value, low, high } = wilsonInterval(count, options.resamples);
    return { count, of: options.resamples, value, low, high };
  };
  const alpha = (1 - gates.confidence) / 2;
  const results = plans.map((plan, i): GateErrorRates => {
    const { falseAlarm, falsePass, passesItself } = counts[i]!;
    const { pool, damage } = plan;
    return {
      metric: plan.gate.metric,
      rule: ruleInWords(plan.gate),
      n: pool?.items.length ?? 0,
      clusters: pool?.clusters.length ?? 0,
      falseAlarm: pool ? rate(falseAlarm) : null,
      falsePass: pool && (!pool.paired || damage) ? rate(falsePass) : null,
      passesItself: pool?.paired ? rate(passesItself) : null,
      note: plan.note,
    };
  });
  const any = comparing.length > 0 ? rate(anyFalseAlarm) : null;
  const rates = [any, ...results.flatMap(({ falseAlarm, falsePass }) => [falseAlarm, falsePass])].filter(
    (each) => each !== null,
  );
  const confidence = 1 - 0.1 / rates.length;
  return {
    resamples: options.resamples,
    seed: options.seed,
    alpha,
    gates: results,
    anyFalseAlarm: any,
    exceedsAlpha: rates.some((each) => wilsonInterval(each.count, each.of, { confidence }).low > alpha),
  };
}

interface GatePlan {
  /** As judged: a threshold stands at the value of the records. */
  readonly gate: Gate;
  readonly task: RunTask;
  readonly spec: MetricSpec;
  /** Null where nothing can be measured; the note says why. */
  readonly pool: Pool | null;
  /** Null where scores cannot be worse by the margin. */
  readonly damage: Damage | null;
  readonly note: string;
}

/** Null for a gate that errs by no rate: `always`, and what the run did not measure. */
function planOf(
  gate: Gate,
  gates: Gates,
  tasks: readonly RunTask[],
  byTask: ReadonlyMap<string, readonly SampleRecord[]>,
): GatePlan | null {
  const parts = splitMetric(gate.metric);
  const task = tasks.find((each) => taskName(each) === parts.taskName);
  const spec = task?.metrics.find(({ metric }) => metric === parts.metric);
  if (gate.kind === 'always' || !task || !spec) return null;
  if (spec.aggregate === 'max' || spec.aggregate === 'sum') return null;
  const summary = summarize(task, spec, byTask.get(taskName(task)) ?? [], gates.confidence);
  const base = { gate, task, spec, pool: null, damage: null };
  if (summary.value === null) return { ...base, note: summary.reason ?? 'it has no value' };
  if (gate.kind !== 'notWorseThan') {
    if (summary.scores.every((score) => score === summary.scores[0])) {
      return { ...base, note: 'all scores are equal: nothing can be drawn from them' };
    }
    const at = { ...gate, threshold: summary.value };
    return { ...base, gate: at, pool: poolOf(summary.scored, spec, false), note: 'at the value of the run' };
  }
  const pool = poolOf(summary.scored, spec, true);
  if (pool.items.length === 0) return { ...base, note: 'no sample was asked twice: run with --aa' };
  const alike = pool.items.every((scores) => scores.every((score) => score === scores[0]));
  const damage = damageOf(spec, pool, gate.margin);
  const notes = [
    ...(alike ? ['the model scores the same each time: no alarm is possible'] : []),
    ...(damage ? [] : ['it cannot be worse by the margin']),
  ];
  return { ...base, pool, damage, note: notes.join('; ') };
}

/** Outcomes of the plans' gates, in their order, as a run would have judged such scores. */
function judgeTogether(
  gates: Gates,
  plans: readonly GatePlan[],
  draws: ReadonlyMap<GatePlan, Draw>,
): GateOutcome[] {
  // Each gate gets a task of its own, so that gates on one metric may see different damage.
  const named = plans.map((plan, i) => ({ plan, draw: draws.get(plan)!, task: `t${i}` }));
  const { verdict } = judge({
    gates: {
      ...gates,
      secondLook: null,
      gates: named.map(({ plan, task }) => ({ ...plan.gate, metric: `aa/${task}.${plan.spec.metric}` })),
    },
    tasks: named.map(({ plan, draw, task }) => ({
      ...plan.task,
      suite: 'aa',
      task,
      planned: draw.values.length,
      metrics: [plan.spec],
    })),
    samples: named.flatMap(({ plan, draw, task }) => recordsOf(draw.values, task, plan.spec)),
    baselineSamples: named.flatMap(({ plan, draw, task }) => recordsOf(draw.baselineValues, task, plan.spec)),
    baselineRequested: true,
    limit: null,
  });
  return verdict.gates.map(({ outcome }: GateResult) => outcome);
}

function recordsOf(values: readonly Drawn[], task: string, spec: MetricSpec): SampleRecord[] {
  return values.map(({ value, cluster }, i) => ({
    suite: 'aa',
    task,
    sampleId: String(i),
    repeat: 0,
    cluster,
    tags: spec.tag === undefined ? [] : [spec.tag],
    input: {},
    inputDigest: '',
    output: '',
    references: [],
    scores: { [spec.score]: value },
    reasons: {},
    usage: null,
    timing: null,
    error: null,
  }));
}
