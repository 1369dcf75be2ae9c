/** The same prompt at temperature 0, several times: the answers must be the same. */
import { loadDataset } from '../tasks/dataset.ts';
import type { Sample, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import { samplingSignature } from './sampling-signature.ts';

const attempts = 5;
const sampling = { maxTokens: 50, temperature: 0 } as const;

/** Score `identical`: 1 when all answers are the same text. Each attempt has its own seed, which greedy decoding
 *  must ignore. */
async function askRepeatedly(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const prompt = sample.prompt!;
  const results = await Promise.all(
    Array.from({ length: attempts }, (_, attempt) =>
      model.generate({ prompt, ...sampling, seed: seed + attempt }),
    ),
  );
  const texts = [...new Set(results.map(({ text }) => text))];
  const [first] = results;
  return {
    output: texts.join('\n— another answer —\n'),
    scores: {
      identical:
        texts.length === 1 ? 1 : { value: 0, reason: `${texts.length} different answers of ${attempts}` },
    },
    usage: first!.usage,
    timing: first!.timing,
  };
}

export const consistency: Task = {
  suite: 'quality',
  name: 'consistency',
  title: 'Consistency at temperature 0',
  description: 'Five greedy answers to one prompt are one answer, whatever the seed and whatever else runs.',
  when: ['commit', 'model', 'release'],
  dataset: (folder) => loadDataset('consistency', folder),
  sampling,
  uncached: true,
  cost: { calls: attempts, outputTokens: attempts * sampling.maxTokens },
  metrics: [
    {
      metric: 'identical',
      score: 'identical',
      aggregate: 'proportion',
      better: 'higher',
      signature: `identical|attempts:${attempts}|${samplingSignature(sampling)}|v1`,
    },
  ],
  run: askRepeatedly,
};
