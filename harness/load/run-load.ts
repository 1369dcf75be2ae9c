/** A load test from plan to verdict. Sends only to the target it is given. */
import { HarnessError } from '../errors.ts';
import { LoadClient } from './exchange.ts';
import type { LoadPlan } from './load-plan.ts';
import type { LoadRecord } from './load-record.ts';
import { judgeStep, type LoadOutcome, type LoadStep, say } from './load-verdict.ts';
import { sayObjective } from './objective.ts';
import { plannedRequests, runStep, warmUp } from './run-step.ts';
import { sweep, type SweepResult } from './sweep.ts';

export interface LoadResult {
  readonly outcome: LoadOutcome;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly steps: readonly LoadStep[];
  readonly sweep: Omit<SweepResult, 'steps'> | null;
  readonly records: readonly LoadRecord[];
}

export interface LoadObserver {
  onPhase(phase: string): void;
  onProgress(progress: { readonly done: number; readonly planned: number }): void;
  readonly signal: AbortSignal;
}

/** @throws HarnessError E_ENDPOINT when not one request of the warm-up is answered; E_INTERRUPTED */
export async function runLoad(plan: LoadPlan, observer: LoadObserver): Promise<LoadResult> {
  const client = new LoadClient(plan.target);
  try {
    if (plan.warmup > 0) {
      observer.onPhase('warming up');
      const warm = await warmUp(plan, { client, signal: observer.signal });
      const failures = warm.flatMap(({ failure }) => failure ?? []);
      if (failures.length === warm.length) {
        throw new HarnessError(
          'E_ENDPOINT',
          `None of ${warm.length} requests to ${plan.target.baseUrl} was answered: ${failures[0]!.detail}.`,
        );
      }
    }
    const records: LoadRecord[] = [];
    const measure = async (level: LoadPlan, step: number): Promise<LoadStep> => {
      const { traffic } = level;
      const ratePerS = traffic.kind === 'open' ? traffic.ratePerS : null;
      observer.onPhase(ratePerS === null ? 'load' : `load at ${say(ratePerS)} requests/s`);
      const planned = plannedRequests(level);
      let done = 0;
      const run = await runStep(level, step, {
        client,
        signal: observer.signal,
        onEnd: () => observer.onProgress({ done: ++done, planned }),
      });
      for (const record of run.records) records.push(record);
      const { objective, attainment } = level;
      return judgeStep(run.records, run.generator, {
        ratePerS,
        openLoop: traffic.kind !== 'closed',
        objective,
        attainment,
      });
    };
    if (plan.sweepTo === null || plan.traffic.kind !== 'open') {
      const step = await measure(plan, 0);
      return { outcome: step.outcome, sentence: step.sentence, steps: [step], sweep: null, records };
    }
    const open = plan.traffic;
    const { steps, ...found } = await sweep(open.ratePerS, plan.sweepTo, (ratePerS, step) =>
      measure({ ...plan, traffic: { ...open, ratePerS } }, step),
    );
    return { ...sweepVerdict(plan, found, steps), steps, sweep: found, records };
  } catch (error) {
    if (!observer.signal.aborted) throw error;
    throw new HarnessError('E_INTERRUPTED', 'Interrupted; nothing was written.', {
      remedy: 'Start it again.',
    });
  } finally {
    await client.close();
  }
}

function sweepVerdict(
  { objective, attainment }: LoadPlan,
  { end, ratePerS, nextPerS }: Omit<SweepResult, 'steps'>,
  steps: readonly LoadStep[],
): Pick<LoadResult, 'outcome' | 'sentence'> {
  const asked = `${sayObjective(objective!)} for ${Number((attainment * 100).toFixed(1))}% of requests`;
  const last = steps.at(-1)!;
  if (end === 'generator') {
    const known = ratePerS === null ? '' : ` The objective was met up to ${say(ratePerS)} requests/s.`;
    return { outcome: 'invalid', sentence: `${last.sentence}${known}` };
  }
  if (end === 'none') {
    const outcome = last.outcome === 'met' ? 'missed' : last.outcome;
    const rates = `${say(nextPerS!)} to ${say(steps[0]!.ratePerS!)} requests/s`;
    return {
      outcome,
      sentence: `No rate was shown to give ${asked}: tried ${rates}. At the lowest: ${last.sentence}`,
    };
  }
  const most = end === 'atLeast' ? 'At least' : 'Highest rate found:';
  const beyond = nextPerS === null ? 'the highest rate tried' : `not shown at ${say(nextPerS)}`;
  return { outcome: 'met', sentence: `${most} ${say(ratePerS!)} requests/s give ${asked} (${beyond}).` };
}
