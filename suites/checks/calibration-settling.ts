/** Whether the number of samples that an inconclusive gate asks for settles it: the gate is judged, the sample extended by that
 *  number of whole clusters drawn from itself, so that its estimate is the truth, and judged again. It is to be settled in 80%. */
import { judge, type JudgeInput } from '../../harness/gates/judge.ts';
import { groupByCluster } from '../../harness/stats/interval.ts';
import type { MetricSpec, SampleRecord } from '../../reports/report-data.ts';
import { gates, record, spec, task } from '../unit/harness/gates/records.ts';
import { clustersOf, drawPairs, Normals } from './calibration-draws.ts';
import type { Rate } from './calibration-runs.ts';
import { families, groupings, type World } from './calibration-worlds.ts';

export interface SettlingCase {
  readonly name: string;
  readonly world: World;
  /** How much worse than its baseline the model is. */
  readonly drop: number;
  /** As in a gates file. */
  readonly rule: string;
  readonly metric: MetricSpec;
}

const world = (
  family: keyof typeof families,
  n: number,
  grouping: keyof typeof groupings = 'alone',
): World => ({ family: families[family], grouping: groupings[grouping], pairCorrelation: 0.5, n });

const graded = (of: World): MetricSpec => spec('x', 'mean', { range: of.family.range });

function settlingCase(
  of: World,
  rule: string,
  metric: MetricSpec = graded(of),
  { drop = 0, what = '' }: { drop?: number; what?: string } = {},
): SettlingCase {
  const { family, grouping, n } = of;
  return { name: `${what}${family.name}, ${grouping.name}, n=${n}`, world: of, drop, rule, metric };
}

const rate = spec('x', 'proportion');
const detector = {
  sensitivity: { successes: 190, trials: 200 },
  specificity: { successes: 285, trials: 300 },
};
const notWorse = (margin: number): string => `notWorseThan: baseline, margin: ${margin}`;

export const settlingCases: readonly SettlingCase[] = [
  settlingCase(world('half', 60), notWorse(0.1), rate),
  settlingCase(world('half', 200, 'strong'), notWorse(0.08), rate),
  settlingCase(world('near', 200), notWorse(0.02), rate),
  settlingCase(world('beta', 60), notWorse(0.04)),
  settlingCase(world('beta', 200), notWorse(0.02)),
  settlingCase(world('beta', 200), notWorse(0.02), undefined, { drop: 0.04, what: 'worse: ' }),
  settlingCase(world('bleu', 60), notWorse(6)),
  settlingCase(world('normal', 60), notWorse(0.2)),
  settlingCase(world('losses', 200), notWorse(0.4)),
  settlingCase(world('good', 60), 'atLeast: 0.74', rate),
  settlingCase(world('good', 200, 'strong'), 'atLeast: 0.74', rate),
  settlingCase(world('near', 60), 'atLeast: 0.93', rate),
  settlingCase(world('good', 200), 'atLeast: 0.74', spec('x', 'proportion', { detector }), {
    what: 'corrected: ',
  }),
  settlingCase(world('beta', 60), 'atLeast: 0.77'),
  settlingCase(world('beta', 200, 'strong'), 'atLeast: 0.77'),
  settlingCase(world('bleu', 60), 'atLeast: 24'),
  settlingCase(world('normal', 200), 'atLeast: 9.88'),
  settlingCase(world('lognormal', 200), 'atMost: 1.15', spec('x', 'p50', { better: 'lower', unit: 's' }), {
    what: 'p50: ',
  }),
  settlingCase(world('lognormal', 400), 'atMost: 6', spec('x', 'p95', { better: 'lower', unit: 's' }), {
    what: 'p95: ',
  }),
];

interface Item {
  readonly value: number;
  readonly baseline: number;
  readonly cluster: string;
}

/** A number that asks for more than so many times the sample is not tried. */
const MOST = 40;

export interface Settling {
  /** Inconclusive gates that asked for a number that was tried. */
  readonly settled: Rate;
  /** Runs that were inconclusive. */
  readonly open: Rate;
  /** Median of the numbers, over the sample. */
  readonly factor: number;
}

export function simulateSettling(
  { world: of, drop, rule, metric }: SettlingCase,
  { runs, seed }: { runs: number; seed: number },
): Settling {
  const clusters = clustersOf(of.n, of.grouping);
  const pairs = { values: new Float64Array(of.n), baseline: new Float64Array(of.n) };
  const normals = new Normals(seed);
  const gateFile = gates(`quality/facts.x, ${rule}`);
  const compares = rule.startsWith('notWorse');
  const judged = (items: readonly Item[]) => {
    const recordsOf = (score: (item: Item) => number): SampleRecord[] =>
      items.map((item, i) => record(i, { scores: { x: score(item) }, cluster: item.cluster }));
    const input: JudgeInput = {
      gates: gateFile,
      tasks: [task(items.length, [metric])],
      samples: recordsOf(({ value }) => value),
      baselineSamples: compares ? recordsOf(({ baseline }) => baseline) : null,
      baselineRequested: compares,
      limit: null,
    };
    return judge(input).verdict.gates[0]!;
  };
  const factors: number[] = [];
  let [open, settled] = [0, 0];
  for (let run = 0; run < runs; run++) {
    drawPairs(normals, of.family, of.grouping, of.pairCorrelation, drop, clusters, pairs);
    const items = clusters.map((cluster, i) => ({
      value: pairs.values[i]!,
      baseline: pairs.baseline[i]!,
      cluster: `c${cluster}`,
    }));
    const { outcome, reason } = judged(items);
    if (outcome !== 'inconclusive') continue;
    open++;
    const told = /about ([\d,]+) more/.exec(reason)?.[1]?.replaceAll(',', '');
    if (told === undefined || Number(told) > MOST * of.n) continue;
    factors.push(Number(told) / of.n);
    if (judged([...items, ...moreOf(items, Number(told), normals)]).outcome !== 'inconclusive') settled++;
  }
  factors.sort((a, b) => a - b);
  return {
    settled: { hits: settled, runs: factors.length },
    open: { hits: open, runs },
    factor: factors[Math.floor(factors.length / 2)] ?? Number.NaN,
  };
}

/** So many more, in whole clusters drawn with replacement. */
function moreOf(items: readonly Item[], count: number, normals: Normals): Item[] {
  const names = items.map(({ cluster }) => cluster);
  const byCluster = groupByCluster(
    items.map((_, i) => i),
    names,
  ).map((cluster) => cluster.map((i) => items[i]!));
  const more: Item[] = [];
  for (let drawn = 0; more.length < count; drawn++) {
    const cluster = byCluster[normals.random.below(byCluster.length)]!;
    more.push(...cluster.map((item) => ({ ...item, cluster: `more${drawn}` })));
  }
  return more.slice(0, count);
}
