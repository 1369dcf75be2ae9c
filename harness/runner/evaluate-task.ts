/** Evaluates one task: samples through a bounded pool, one record each, appended as they finish.
 *  Knows tasks and records; knows nothing of Playwright, files or verdicts. */
import { digestOfJson } from '../runs/digest.ts';
import { recordKey } from '../runs/sample-log.ts';
import type { Sample, Score, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import type { JudgeExchange, SampleRecord } from '../../reports/report-data.ts';
import type { ResponseCache } from './response-cache.ts';
import { sampleSeed } from './select-samples.ts';

export interface EvaluateOptions {
  readonly seed: number;
  readonly repeats: number;
  /** Samples in flight at once. */
  readonly concurrency: number;
  /** Keys (`recordKey`) of records that an earlier attempt left. */
  readonly done: ReadonlySet<string>;
  readonly append: (record: SampleRecord) => void;
  /** Answers kept by earlier runs; null or absent: the model is asked. */
  readonly cache?: ResponseCache | null;
}

/** Evaluates every sample × repeat that is not done yet; a sample's error becomes its record, not an exception. */
export async function evaluateTask(
  task: Task,
  samples: readonly Sample[],
  model: TaskModel,
  options: EvaluateOptions,
): Promise<void> {
  const { suite, name } = task;
  const work: { sample: Sample; repeat: number }[] = [];
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    for (const sample of samples) {
      const key = recordKey({ suite, task: name, sampleId: sample.id, repeat });
      if (!options.done.has(key)) work.push({ sample, repeat });
    }
  }
  const cache = measuresTheMoment(task) ? null : (options.cache ?? null);
  let next = 0;
  const worker = async () => {
    while (next < work.length) {
      const { sample, repeat } = work[next++]!;
      const seed = sampleSeed(options.seed, `${suite}/${name}`, sample.id, repeat);
      const kept = cache?.answering(model, repeat);
      const record = await evaluateSample(task, sample, repeat, kept?.model ?? model, seed);
      // The time that an earlier run took says nothing of this one.
      options.append(kept && kept.hits() > 0 ? { ...record, timing: null, cached: true } : record);
    }
  };
  const inFlight = Math.min(task.concurrency ?? options.concurrency, work.length);
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** Whether an answer of another moment would not do. */
function measuresTheMoment({ suite, uncached, alternates }: Task): boolean {
  return uncached === true || alternates === true || suite === 'performance';
}

/** The tag of samples whose answers are for a person to judge. */
const MANUAL_REVIEW = 'manual-review';

async function evaluateSample(
  task: Task,
  sample: Sample,
  repeat: number,
  model: TaskModel,
  seed: number,
): Promise<SampleRecord> {
  const input = {
    ...(sample.prompt === undefined ? {} : { prompt: sample.prompt }),
    ...(sample.messages === undefined ? {} : { messages: sample.messages }),
  };
  const base = {
    suite: task.suite,
    task: task.name,
    sampleId: sample.id,
    repeat,
    cluster: sample.cluster ?? sample.id,
    tags: sample.tags ?? [],
    ...(sample.tags?.includes(MANUAL_REVIEW) && { needsReview: true as const }),
    input,
    inputDigest: digestOfJson({ sample, sampling: task.sampling ?? null, seed }),
    references: sample.references ?? [],
    seed,
  };
  const startedAt = new Date().toISOString();
  try {
    const { output, scores, usage, timing, requestId, error } = await produce(task, sample, model, seed);
    return {
      ...base,
      output,
      ...splitScores(scores),
      usage,
      timing: timing && { startedAt, latencyMs: timing.latencyMs, ttftMs: timing.ttftMs },
      ...(requestId !== undefined && { requestId }),
      error,
    };
  } catch (error) {
    const code = codeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    return {
      ...base,
      output: null,
      scores: {},
      reasons: {},
      usage: null,
      timing: null,
      error: { code, message },
    };
  }
}

/** `AbortSignal.timeout` gives an exception whose code is the number 23. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'E_UNEXPECTED';
  if (error.name === 'TimeoutError') return 'E_TIMEOUT';
  return 'code' in error ? String(error.code) : 'E_UNEXPECTED';
}

type Produced = TaskOutput & Pick<SampleRecord, 'error'>;

async function produce(task: Task, sample: Sample, model: TaskModel, seed: number): Promise<Produced> {
  if (task.run) return { ...(await task.run(sample, model, seed)), error: null };
  const input = sample.messages ? { messages: sample.messages } : { prompt: sample.prompt! };
  const result = await model.generate({ ...input, ...task.sampling, seed });
  const scores: Record<string, Score> = {};
  let error: SampleRecord['error'] = null;
  for (const scorer of task.scorers) {
    try {
      Object.assign(scores, await scorer({ sample, output: result.text, result }));
    } catch (failure) {
      // A judge that fails takes its own scores with it, and not those that need no judge.
      if (!codeOf(failure).startsWith('E_JUDGE_')) throw failure;
      error ??= { code: codeOf(failure), message: (failure as Error).message };
    }
  }
  const { text: output, usage, timing, requestId } = result;
  return { output, scores, usage, timing, ...(requestId !== undefined && { requestId }), error };
}

function splitScores(
  scores: Readonly<Record<string, Score>>,
): Pick<SampleRecord, 'scores' | 'reasons' | 'judge'> {
  const values: Record<string, number | null> = {};
  const reasons: Record<string, string> = {};
  const judge: Record<string, readonly JudgeExchange[]> = {};
  for (const [name, score] of Object.entries(scores)) {
    const { value, reason, judge: exchanges } = typeof score === 'number' ? { value: score } : score;
    if (exchanges !== undefined) judge[name] = exchanges;
    const finite = value !== null && Number.isFinite(value); // JSON has no NaN: it would come back as null unexplained
    values[name] = finite ? value : null;
    const why = reason ?? (finite ? undefined : `not a finite number: ${value}`);
    if (why !== undefined) reasons[name] = why;
  }
  return { scores: values, reasons, ...(Object.keys(judge).length > 0 && { judge }) };
}
