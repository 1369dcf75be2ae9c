/** Likelihood of the right answers: sees damage that greedy answers hide. */
import { loadDataset } from '../tasks/dataset.ts';
import type { Sample, Task, TaskModel, TaskOutput } from '../tasks/task.ts';

/** Score `bitsPerByte` ≥ 0: −log₂ P(reference | prompt) over the reference's UTF-8 bytes, so that models with
 *  different tokenizers can be compared (Gao et al. 2020, arXiv:2101.00027, section 3.1). */
async function scoreReference(sample: Sample, model: TaskModel): Promise<TaskOutput> {
  const completion = sample.references![0]!;
  const { logLikelihood, logprobs, greedy } = await model.logLikelihood({
    prompt: sample.prompt!,
    completion,
  });
  return {
    output: completion,
    scores: {
      bitsPerByte: -logLikelihood / Math.LN2 / Buffer.byteLength(completion),
      logLikelihood,
      tokens: logprobs.length,
      greedy: greedy ? 1 : 0,
    },
    usage: null,
    timing: null,
  };
}

export const heldout: Task = {
  suite: 'quality',
  name: 'heldout',
  title: 'Likelihood of held-out answers',
  description: 'How surprised the model is by the right answers to wordings it was not trained on.',
  when: ['commit', 'model', 'release'],
  dataset: (folder) => loadDataset('facts', folder),
  needsLogLikelihood: true,
  cost: { calls: 1, outputTokens: 0 },
  metrics: [
    {
      metric: 'bitsPerByte',
      score: 'bitsPerByte',
      aggregate: 'mean',
      better: 'lower',
      unit: 'bits/byte',
      signature: 'bits-per-byte|reference:first|template:chat|v1',
    },
    {
      metric: 'greedy',
      score: 'greedy',
      aggregate: 'proportion',
      better: 'higher',
      signature: 'greedy-match|reference:first|template:chat|v1',
    },
  ],
  run: scoreReference,
};
