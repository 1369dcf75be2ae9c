/** One load level: its repeats, what became of every request, and how the generator kept up. */
import type { Ask } from './routes.ts';
import { arrivalOffsets, userOffsets } from './arrivals.ts';
import type { LoadClient } from './exchange.ts';
import {
  judgeGenerator,
  measureLoop,
  type GeneratorHealth,
  type LoopMeasurement,
} from './generator-health.ts';
import { machineClock, type RawRecord, runClosedLoop, runOpenLoop, type Send } from './generator.ts';
import type { LoadPlan, Traffic } from './load-plan.ts';
import type { LoadRecord } from './load-record.ts';
import { promptOfWords, type PromptSource, promptsOf } from './prompts.ts';

export interface StepContext {
  readonly client: Pick<LoadClient, 'send'>;
  readonly signal: AbortSignal;
  /** Told after each request that ended. */
  readonly onEnd?: () => void;
}

export interface StepRun {
  readonly records: readonly LoadRecord[];
  readonly generator: GeneratorHealth;
}

/** Requests asked for warming up stand apart from all others. */
const WARMUP_INDEX = 2 ** 19;
const WARMUP_USERS = 4;

/** @throws the signal's reason */
export async function runStep(plan: LoadPlan, step: number, context: StepContext): Promise<StepRun> {
  const records: LoadRecord[] = [];
  const loops: LoopMeasurement[] = [];
  for (let repeat = 0; repeat < plan.repeats; repeat++) {
    const stop = measureLoop();
    const raw = await runOnce(plan, repeat, context);
    loops.push(stop());
    for (const record of raw) records.push({ step, repeat, ...record });
  }
  return { records, generator: judgeGenerator(records, loops) };
}

/** Asks as many as the plan says, a few at a time, and forgets the figures.
 *  @returns what became of them */
export async function warmUp(plan: LoadPlan, { client, signal }: StepContext): Promise<readonly RawRecord[]> {
  const users = plan.traffic.kind === 'closed' ? plan.traffic.users : WARMUP_USERS;
  const ask = asks(plan, 0);
  return await runClosedLoop({
    send: (index) => client.send(ask(WARMUP_INDEX + index)),
    clock: machineClock,
    signal,
    userOffsets: userOffsets(Math.min(users, plan.warmup), 0),
    durationMs: Infinity,
    most: plan.warmup,
  });
}

async function runOnce(plan: LoadPlan, repeat: number, context: StepContext): Promise<RawRecord[]> {
  const { client, signal, onEnd } = context;
  const ask = asks(plan, repeat);
  const send: Send = (index) => client.send(ask(index));
  const loop = { send, clock: machineClock, signal, ...(onEnd && { onEnd }) };
  const { traffic, rampMs, durationMs, mostRequests, connections, target } = plan;
  if (traffic.kind === 'closed') {
    const offsets = userOffsets(traffic.users, rampMs);
    return await runClosedLoop({ ...loop, userOffsets: offsets, durationMs, most: mostRequests });
  }
  const offsets = openOffsets(traffic, plan, repeat);
  return await runOpenLoop({ ...loop, offsets, connections, patienceMs: target.timeoutMs });
}

function openOffsets(
  traffic: Exclude<Traffic, { kind: 'closed' }>,
  { rampMs, durationMs, mostRequests, seed }: LoadPlan,
  repeat: number,
): readonly number[] {
  if (traffic.kind === 'open') {
    const { pattern, ratePerS } = traffic;
    return arrivalOffsets({ pattern, ratePerS, rampMs, durationMs, most: mostRequests, seed: seed + repeat });
  }
  return traffic.entries
    .slice(0, mostRequests)
    .map(({ offsetMs }) => offsetMs)
    .filter((offsetMs) => offsetMs < durationMs);
}

/** How many requests a step will send; a closed loop tells only its bound. */
export function plannedRequests(plan: LoadPlan): number {
  const { traffic, mostRequests, repeats } = plan;
  if (traffic.kind === 'closed') return mostRequests * repeats;
  let planned = 0;
  for (let repeat = 0; repeat < repeats; repeat++) planned += openOffsets(traffic, plan, repeat).length;
  return planned;
}

function asks(plan: LoadPlan, repeat: number): (index: number) => Ask {
  const { prompts, traffic, maxTokens, temperature } = plan;
  const seed = plan.seed + repeat;
  const source: PromptSource =
    'words' in prompts ? (index) => promptOfWords(prompts.words, index, seed) : promptsOf(prompts, seed);
  const entries = traffic.kind === 'trace' ? traffic.entries : [];
  return (index) => {
    const entry = entries[index];
    const words = entry?.promptWords ?? null;
    return {
      input: words === null ? source(index) : promptOfWords(words, index, seed),
      maxTokens: entry?.maxTokens ?? maxTokens,
      temperature,
      seed: seed * 2 ** 20 + index,
    };
  };
}
