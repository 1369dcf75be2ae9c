/** Whether the load generator itself kept up. Where it did not, the figures tell of this machine and not of the
 *  server, and the run is invalid. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { quantile } from '../stats/quantile.ts';
import type { LoadRecord } from './load-record.ts';

export interface GeneratorHealth {
  /** From when a request was due to when the generator came to it; zero in a closed loop. */
  readonly sendLagMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** How much later than planned the event loop came round. */
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Of one core: the generator has one thread for its work. */
  readonly cpuShare: number;
  /** What it was held against. */
  readonly lagLimitMs: number;
  /** Why the run is invalid; empty where it is valid. */
  readonly faults: readonly string[];
}

/** Lag that is always borne: timers are no finer. */
const LEAST_LAG_LIMIT_MS = 10;
/** Lag that is borne as a share of the median time to first token, or of the whole where answers come whole: it
 *  then changes these by less. */
const LAG_SHARE = 0.05;
const MOST_CPU_SHARE = 0.9;
/** A single pause catches its share of the requests; above this share it reaches the p99. */
const MOST_PAUSE_SHARE = 0.01;
const RESOLUTION_MS = 2;

export interface LoopMeasurement {
  readonly eventLoopDelayMs: GeneratorHealth['eventLoopDelayMs'];
  readonly cpuMs: number;
  readonly durationMs: number;
}

/** Starts measuring this process; the function returned ends it. */
export function measureLoop(): () => LoopMeasurement {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  return () => {
    delays.disable();
    const { user, system } = process.cpuUsage(cpu);
    return {
      eventLoopDelayMs: { p50: delay(delays, 50), p99: delay(delays, 99), max: delay(delays, 100) },
      cpuMs: (user + system) / 1000,
      durationMs: performance.now() - startMs,
    };
  };
}

/** The histogram counts from one round to the next: what was planned is taken off. */
function delay(histogram: IntervalHistogram, percentile: number): number {
  return Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION_MS);
}

/** @param records all of what was measured */
export function judgeGenerator(
  records: readonly LoadRecord[],
  loops: readonly LoopMeasurement[],
): GeneratorHealth {
  const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
  const lags = ascending(records.map(({ dueMs, intendedMs }) => dueMs - intendedMs));
  const latencies = ascending(
    records
      .filter(({ failure }) => failure === null)
      .map(({ firstTokenMs, endMs, intendedMs }) => (firstTokenMs ?? endMs) - intendedMs),
  );
  const medianMs = latencies.length === 0 ? 0 : quantile(latencies, 0.5);
  const lagLimitMs = Math.max(LEAST_LAG_LIMIT_MS, LAG_SHARE * medianMs);
  const most = (of: (loop: LoopMeasurement) => number): number => Math.max(0, ...loops.map(of));
  const sendLagMs = {
    p50: lags.length === 0 ? 0 : quantile(lags, 0.5),
    p99: lags.length === 0 ? 0 : quantile(lags, 0.99),
    max: lags.at(-1) ?? 0,
  };
  const eventLoopDelayMs = {
    p50: most((loop) => loop.eventLoopDelayMs.p50),
    p99: most((loop) => loop.eventLoopDelayMs.p99),
    max: most((loop) => loop.eventLoopDelayMs.max),
  };
  const cpuShare = most(({ cpuMs, durationMs }) => cpuMs / durationMs);
  const pausedTooLong = loops.some(
    ({ eventLoopDelayMs: { max }, durationMs }) => max > lagLimitMs && max > MOST_PAUSE_SHARE * durationMs,
  );
  const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`;
  const faults = [
    ...(sendLagMs.p99 > lagLimitMs
      ? [`one request in a hundred was sent ${ms(sendLagMs.p99)} late or later (limit ${ms(lagLimitMs)})`]
      : []),
    ...(eventLoopDelayMs.p99 > lagLimitMs
      ? [`its event loop came round ${ms(eventLoopDelayMs.p99)} late at p99 (limit ${ms(lagLimitMs)})`]
      : []),
    ...(pausedTooLong
      ? [
          `its event loop stood still for ${ms(eventLoopDelayMs.max)}, over ${MOST_PAUSE_SHARE * 100}% of the time`,
        ]
      : []),
    ...(cpuShare > MOST_CPU_SHARE
      ? [`it used ${Math.round(cpuShare * 100)}% of a core (limit ${MOST_CPU_SHARE * 100}%)`]
      : []),
  ];
  return { sendLagMs, eventLoopDelayMs, cpuShare, lagLimitMs, faults };
}
