/** From the records of a load test to its figures. Pure: the same records give the same report.
 *
 *  Intervals, 95%. Several repeats: each is one observation of every figure, and the interval is Student's t over
 *  them (independent replications; Law, Simulation Modeling and Analysis, 9.5.2). One repeat: order-statistic
 *  intervals of quantiles and clustered intervals of means and shares, where requests that were in flight together
 *  form a cluster, for they met the same queue. */
import { mean, sum } from '../stats/interval.ts';
import { meanInterval } from '../stats/mean.ts';
import { proportionInterval } from '../stats/proportion.ts';
import { quantile, quantileInterval } from '../stats/quantile.ts';
import type { FailureClass, LoadRecord } from './load-record.ts';
import { meetsObjective, type Objective, requestTimes } from './objective.ts';

export interface Estimate {
  readonly value: number;
  /** Null where there are too few observations for a bound. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface Distribution {
  /** Observations: requests, or, of itlMs, gaps between pieces of text. */
  readonly n: number;
  readonly mean: Estimate;
  readonly p50: Estimate;
  readonly p90: Estimate;
  readonly p95: Estimate;
  readonly p99: Estimate;
  readonly max: number;
}

/** Names as vLLM's `bench serve` has them, the unit as suffix; null where nothing was observed. */
export interface LoadTimes {
  /** From the intended start to the first text. */
  readonly ttftMs: Distribution | null;
  readonly tpotMs: Distribution | null;
  readonly itlMs: Distribution | null;
  /** From the intended start to the end: a client that waited its turn has waited. */
  readonly e2elMs: Distribution | null;
  /** From the send: what most load testers report. */
  readonly e2elFromSendMs: Distribution | null;
}

export interface Goodput {
  readonly requestsPerSecond: Estimate;
  /** Of all requests, those that failed included. */
  readonly share: Estimate;
}

export interface LoadReport extends LoadTimes {
  readonly repeats: number;
  readonly requests: {
    readonly total: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly byClass: Readonly<Partial<Record<FailureClass, number>>>;
    readonly byStatus: Readonly<Record<string, number>>;
  };
  /** Mean of the repeats, from the first intended start to the last end. */
  readonly durationS: number;
  /** By the schedule, over its own length; null in a closed loop, which has none. */
  readonly offeredPerSecond: number | null;
  readonly requestsPerSecond: Estimate;
  readonly outputTokensPerSecond: Estimate;
  readonly inputTokensPerSecond: Estimate;
  /** A request of these succeeded at any moment, on average (Little's law). */
  readonly meanInFlight: number;
  readonly tokensToldByServer: boolean;
  /** Null without an objective. */
  readonly goodput: Goodput | null;
}

export interface ReportOptions {
  readonly objective: Objective | null;
  readonly openLoop: boolean;
}

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** @param records of one step, at least one */
export function reportOf(records: readonly LoadRecord[], { objective, openLoop }: ReportOptions): LoadReport {
  const repeats = [...new Set(records.map(({ repeat }) => repeat))].map((repeat) =>
    viewOf(records.filter((record) => record.repeat === repeat)),
  );
  const succeeded = records.filter(({ failure }) => failure === null);
  const failures = records.flatMap(({ failure }) => failure ?? []);
  const perSecond = (count: (repeat: Repeat) => number): Estimate =>
    overRepeats(repeats.map((repeat) => count(repeat) / repeat.durationS));
  return {
    repeats: repeats.length,
    requests: {
      total: records.length,
      succeeded: succeeded.length,
      failed: failures.length,
      byClass: countBy(failures.map((failure) => failure.class)),
      byStatus: countBy(records.flatMap(({ status }) => status ?? [])),
    },
    durationS: mean(repeats.map(({ durationS }) => durationS)),
    offeredPerSecond: openLoop ? mean(repeats.map(offeredRate)) : null,
    requestsPerSecond: perSecond(({ succeeded: all }) => all.length),
    outputTokensPerSecond: perSecond((repeat) => tokens(repeat, 'completionTokens')),
    inputTokensPerSecond: perSecond((repeat) => tokens(repeat, 'promptTokens')),
    meanInFlight: mean(repeats.map(({ meanInFlight }) => meanInFlight)),
    tokensToldByServer: succeeded.every(({ tokensToldByServer }) => tokensToldByServer),
    goodput:
      objective === null
        ? null
        : {
            requestsPerSecond: perSecond(
              ({ all }) => all.filter((each) => meetsObjective(each, objective)).length,
            ),
            share: shareThatMeets(repeats, objective),
          },
    ttftMs: distribution(repeats, (record) => listOf(requestTimes.ttft(record))),
    tpotMs: distribution(repeats, (record) => listOf(requestTimes.tpot(record))),
    itlMs: distribution(repeats, ({ itlMs }) => itlMs),
    e2elMs: distribution(repeats, (record) => listOf(requestTimes.e2el(record))),
    e2elFromSendMs: distribution(repeats, ({ endMs, sentMs }) => (sentMs === null ? [] : [endMs - sentMs])),
  };
}

interface Repeat {
  /** By intended start. */
  readonly all: readonly LoadRecord[];
  readonly succeeded: readonly LoadRecord[];
  readonly durationS: number;
  readonly meanInFlight: number;
}

function viewOf(records: readonly LoadRecord[]): Repeat {
  const all = records.toSorted((a, b) => a.intendedMs - b.intendedMs);
  const startMs = all[0]!.intendedMs;
  const durationMs = Math.max(...all.map(({ endMs }) => endMs - startMs), Number.MIN_VALUE);
  const busyMs = sum(all.map(({ endMs, sentMs }) => (sentMs === null ? 0 : endMs - sentMs)));
  return {
    all,
    succeeded: all.filter(({ failure }) => failure === null),
    durationS: durationMs / 1000,
    meanInFlight: busyMs / durationMs,
  };
}

/** Intervals between starts, so that the wait for the last answers is not counted. */
function offeredRate({ all }: Repeat): number {
  const spanMs = all.at(-1)!.intendedMs - all[0]!.intendedMs;
  return spanMs === 0 ? 0 : ((all.length - 1) / spanMs) * 1000;
}

const tokens = ({ succeeded }: Repeat, kind: 'promptTokens' | 'completionTokens'): number =>
  sum(succeeded.map((record) => record[kind] ?? 0));

const listOf = (value: number | null): readonly number[] => (value === null ? [] : [value]);

/** Of the requests that succeeded. */
function distribution(
  repeats: readonly Repeat[],
  observe: (record: LoadRecord) => readonly number[],
): Distribution | null {
  const samples = repeats.map(({ succeeded, meanInFlight }) => {
    const together = Math.max(1, Math.round(meanInFlight));
    const values: number[] = [];
    const clusters: string[] = [];
    succeeded.forEach((record, i) => {
      for (const value of observe(record)) {
        values.push(value);
        clusters.push(String(Math.floor(i / together)));
      }
    });
    return { values, clusters };
  });
  const observed = samples.filter(({ values }) => values.length > 0);
  const [first] = observed;
  if (first === undefined) return null;
  const alone = observed.length === 1;
  const options = { clusters: first.clusters };
  const quantileEstimate = (q: number): Estimate => {
    if (!alone) return overRepeats(observed.map(({ values }) => quantile(values.toSorted(ascending), q)));
    const { value, low, high } = quantileInterval(first.values, q, options)!;
    return { value, low, high };
  };
  const meanEstimate = (): Estimate => {
    if (!alone) return overRepeats(observed.map(({ values }) => mean(values)));
    const interval = meanInterval(first.values, { ...options, skewCorrection: true });
    return interval ? bounded(interval) : { value: mean(first.values), low: null, high: null };
  };
  return {
    n: sum(observed.map(({ values }) => values.length)),
    mean: meanEstimate(),
    p50: quantileEstimate(QUANTILES.p50),
    p90: quantileEstimate(QUANTILES.p90),
    p95: quantileEstimate(QUANTILES.p95),
    p99: quantileEstimate(QUANTILES.p99),
    max: observed.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, b), most), 0),
  };
}

function shareThatMeets(repeats: readonly Repeat[], objective: Objective): Estimate {
  const scores: number[] = [];
  const clusters: string[] = [];
  repeats.forEach(({ all, meanInFlight }, repeat) => {
    const together = Math.max(1, Math.round(meanInFlight));
    all.forEach((record, i) => {
      scores.push(meetsObjective(record, objective) ? 1 : 0);
      clusters.push(`${repeat}/${Math.floor(i / together)}`);
    });
  });
  const { value, low, high } = proportionInterval(scores, { clusters })!;
  return { value, low, high };
}

function overRepeats(values: readonly number[]): Estimate {
  const interval = meanInterval(values);
  return interval ? bounded(interval) : { value: mean(values), low: null, high: null };
}

/** None of these figures can be negative. */
const bounded = ({ value, low, high }: Estimate): Estimate => ({ value, low: low && Math.max(0, low), high });

const ascending = (a: number, b: number): number => a - b;

function countBy(keys: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
