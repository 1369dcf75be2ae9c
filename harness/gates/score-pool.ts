/** Samples drawn from a run's own scores, for gates to be judged on: whole clusters with replacement, two repeats of a
 *  sample as a pair, and damage of a known size. Knows scores, no gates. */
import type { MetricSpec, SampleRecord } from '../../reports/report-data.ts';
import { mean } from '../stats/interval.ts';
import type { Pcg64 } from '../stats/pcg64.ts';
import { scoreOf } from './aggregate.ts';
import { scoreRange } from './score-range.ts';

/** What is drawn from: the scores of a metric, by sample. */
export interface Pool {
  /** Two repeats of each sample are drawn; else one score, the repeats being samples of their own. */
  readonly paired: boolean;
  /** Scores of each sample, by repeat. */
  readonly items: readonly (readonly number[])[];
  /** Indices into `items`. */
  readonly clusters: readonly (readonly number[])[];
}

/** Makes scores worse by the margin on average. */
export type Damage = (values: readonly Drawn[], random: Pcg64) => Drawn[];

export function poolOf(scored: readonly SampleRecord[], spec: MetricSpec, paired: boolean): Pool {
  const byItem = new Map<string, { cluster: string; scores: number[] }>();
  for (const record of scored) {
    const key = paired ? record.sampleId : `${record.sampleId}\u0000${record.repeat}`;
    const item = byItem.get(key) ?? { cluster: record.cluster, scores: [] };
    item.scores.push(scoreOf(record, spec)!);
    byItem.set(key, item);
  }
  const items = [...byItem.values()].filter(({ scores }) => !paired || scores.length > 1);
  const clusters = new Map<string, number[]>();
  items.forEach(({ cluster }, i) => clusters.set(cluster, [...(clusters.get(cluster) ?? []), i]));
  return { paired, items: items.map(({ scores }) => scores), clusters: [...clusters.values()] };
}

/** On a scale with bounds, so many answers become the worst there is; on one without, all get worse by the margin. */
export function damageOf(spec: MetricSpec, pool: Pool, margin: number): Damage | null {
  const sign = spec.better === 'higher' ? 1 : -1;
  const scores = pool.items.flat();
  const range = scoreRange(spec, scores);
  const change =
    (edit: (value: number, random: Pcg64) => number) => (values: readonly Drawn[], random: Pcg64) =>
      values.map((each) => ({ ...each, value: edit(each.value, random) }));
  if (!range) return change((value) => value - sign * margin);
  const worst = sign === 1 ? range[0] : range[1];
  // Clusters count by their samples, as in the mean itself.
  const share = margin / Math.abs(mean(pool.items.map((item) => mean(item))) - worst);
  if (!(share <= 1)) return null;
  return change((value, random) => (random.random() < share ? worst : value));
}

export interface Drawn {
  readonly value: number;
  readonly cluster: string;
}

export interface Draw {
  readonly values: readonly Drawn[];
  readonly baselineValues: readonly Drawn[];
}

/** As many clusters as there are, with replacement. */
export function drawPairs({ clusters, items }: Pool, random: Pcg64): Draw {
  const values: Drawn[] = [];
  const baselineValues: Drawn[] = [];
  for (let i = 0; i < clusters.length; i++) {
    const cluster = `c${i}`;
    for (const item of clusters[random.below(clusters.length)]!) {
      const scores = items[item]!;
      const first = random.below(scores.length);
      const other =
        scores.length === 1 ? first : (first + 1 + random.below(scores.length - 1)) % scores.length;
      values.push({ value: scores[first]!, cluster });
      baselineValues.push({ value: scores[other]!, cluster });
    }
  }
  return { values, baselineValues };
}
