/** Which samples to look at first when a gate does not hold.
 *  Knows scores; judges nothing. */
import { specOf } from './metric-names.ts';
import type { GateResult, MetricSpec, ReportData, SampleRecord } from './report-data.ts';

export interface WorstSample {
  readonly sample: SampleRecord;
  /** Name of the score. */
  readonly score: string;
  readonly value: number;
  /** The baseline's value where the gate compares. */
  readonly baseline: number | null;
}

/** The samples on the wrong side of the gate, furthest first, at most `count`: beyond the threshold, a broken
 *  invariant, or worse than the baseline. Those in error are not among them, for they have no score. */
export function worstSamples(
  data: ReportData,
  gate: Pick<GateResult, 'metric' | 'kind' | 'threshold'>,
  count: number,
): WorstSample[] {
  const found = specOf(data, gate.metric);
  if (!found) return [];
  const { task, spec } = found;
  const isOurs = (sample: SampleRecord) =>
    sample.suite === task.suite &&
    sample.task === task.task &&
    (spec.tag === undefined || sample.tags.includes(spec.tag));
  const baselines =
    gate.kind === 'notWorseThan'
      ? new Map((data.baselineSamples ?? []).filter(isOurs).map((sample) => [pairKey(sample), sample]))
      : null;
  const bar = gate.kind === 'always' ? 1 : (gate.threshold ?? 0);
  const sign = isWorseHigh(spec, gate) ? -1 : 1;
  return data.samples
    .filter(isOurs)
    .flatMap((sample) => {
      const value = sample.scores[spec.score];
      const baseline = baselines?.get(pairKey(sample))?.scores[spec.score] ?? null;
      if (typeof value !== 'number' || (baselines && baseline === null)) return [];
      const worst: WorstSample = { sample, score: spec.score, value, baseline };
      return [{ worst, distance: sign * (value - (baseline ?? bar)) }];
    })
    .filter(({ distance }) => distance < 0)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ worst }) => worst);
}

/** Whether the gate's wrong side is the high one. */
export function isWorseHigh(spec: Pick<MetricSpec, 'better'>, gate: Pick<GateResult, 'kind'>): boolean {
  return gate.kind === 'notWorseThan' ? spec.better === 'lower' : gate.kind === 'atMost';
}

/** A pair was asked the same. */
function pairKey({ sampleId, repeat, inputDigest }: SampleRecord): string {
  return JSON.stringify([sampleId, repeat, inputDigest]);
}
