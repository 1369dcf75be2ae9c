/** What all tasks of standard sets share: their suite, when they run, and how their signatures begin. */
import type { MetricSpec } from '../../reports/report-data.ts';
import type { Sample, Score, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import type { FetchedSet } from './recipe.ts';

export interface StandardMetric extends Omit<MetricSpec, 'signature'> {
  /** What is computed, without the set. */
  readonly signature: string;
}

interface StandardTaskBase {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly metrics: readonly StandardMetric[];
}

function common(set: FetchedSet, { name, title, description, metrics }: StandardTaskBase) {
  return {
    suite: 'standard',
    name,
    title,
    description,
    when: ['model', 'release'] as const,
    dataset: set.dataset,
    metrics: metrics.map((metric) => ({ ...metric, signature: `${metric.signature}|${set.signature}` })),
  };
}

/** A task by the likelihood of given texts.
 *  @param score of one sample: what was preferred, in words, and the scores */
export function likelihoodTask(
  set: FetchedSet,
  task: StandardTaskBase & {
    /** Texts whose likelihood is asked for, of one sample: as many as samples of the set mostly have. */
    readonly calls: number;
    readonly score: (
      sample: Sample,
      model: TaskModel,
    ) => Promise<{ readonly output: string; readonly scores: Readonly<Record<string, Score>> }>;
  },
): Task {
  const run = async (sample: Sample, model: TaskModel): Promise<TaskOutput> => ({
    ...(await task.score(sample, model)),
    usage: null,
    timing: null,
  });
  return {
    ...common(set, task),
    needsLogLikelihood: true,
    cost: { calls: task.calls, outputTokens: 0 },
    run,
  };
}

export interface GenerationTask extends StandardTaskBase {
  readonly sampling: { readonly maxTokens: number; readonly stop?: readonly string[] };
  /** Whether the prompt is continued as it stands, as sets for base models have it; else it is a chat. */
  readonly raw: boolean;
  readonly score: (
    sample: Sample,
    output: string,
  ) => Readonly<Record<string, Score>> | Promise<Readonly<Record<string, Score>>>;
}

/** A task by a generated answer, greedily. */
export function generationTask(set: FetchedSet, task: GenerationTask): Task {
  const sampling = { ...task.sampling, temperature: 0 };
  const how = `template:${task.raw ? 'none' : 'chat'}|temp:0|max-tokens:${sampling.maxTokens}`;
  const metrics = task.metrics.map((metric) => ({ ...metric, signature: `${metric.signature}|${how}` }));
  const run = async (sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> => {
    const input = sample.messages
      ? { messages: sample.messages }
      : { prompt: sample.prompt!, ...(task.raw && { raw: true }) };
    const { text, usage, timing } = await model.generate({ ...input, ...sampling, seed });
    return { output: text, scores: await task.score(sample, text), usage, timing };
  };
  return { ...common(set, { ...task, metrics }), sampling, run };
}
