/** Builders of load records: say what matters, the rest is ordinary. */
import type { GeneratorHealth } from '../../../../harness/load/generator-health.ts';
import type { LoadRecord } from '../../../../harness/load/load-record.ts';

/** Answered after 100 ms, unless said otherwise. */
export function loadRecord(index: number, intendedMs: number, more: Partial<LoadRecord> = {}): LoadRecord {
  return {
    step: 0,
    repeat: 0,
    index,
    intendedMs,
    dueMs: intendedMs,
    sentMs: intendedMs,
    firstTokenMs: null,
    endMs: intendedMs + 100,
    itlMs: [],
    promptTokens: 4,
    completionTokens: 10,
    tokensToldByServer: true,
    status: 200,
    failure: null,
    ...more,
  };
}

export const healthy: GeneratorHealth = {
  sendLagMs: { p50: 0.5, p99: 1, max: 2 },
  eventLoopDelayMs: { p50: 0.1, p99: 1, max: 3 },
  cpuShare: 0.1,
  lagLimitMs: 10,
  faults: [],
};
