/** transformers.js on an export of the same weights, as peers.bench.ts runs it. Its own step loop generates; a step is
 *  what its generation of many tokens costs beyond that of one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { readCheckpoint } from '../../../engine/checkpoint/read-checkpoint.ts';
import type { Precision } from '../../../engine/nn/precision.ts';
import { costOf, inputOf, serve, type Cost, type Sampling } from './contender.ts';
import { exportLlama } from './export-llama.ts';

const { model: source, precision, threads, cache } = inputOf();
const name = `exported-${precision}`;
const folder = join(cache!, name);
if (!existsSync(join(folder, 'config.json'))) {
  const checkpoint = await readCheckpoint(source);
  await exportLlama(checkpoint, precision as Precision, folder);
  await checkpoint.weights.close();
}
env.allowRemoteModels = false;
env.localModelPath = cache!;
const model = await AutoModelForCausalLM.from_pretrained(name, {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 },
});

async function generate(
  rows: readonly (readonly number[])[],
  count: number,
  sampling: Sampling | null = null,
): Promise<void> {
  const width = Math.max(...rows.map(({ length }) => length));
  const padded = rows.flatMap((row) => [...Array.from({ length: width - row.length }, () => 0), ...row]);
  const seen = rows.flatMap((row) =>
    Array.from({ length: width }, (_, i) => (i < width - row.length ? 0 : 1)),
  );
  const int64 = (values: number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [rows.length, width]);
  await model.generate({
    inputs: int64(padded),
    attention_mask: int64(seen),
    max_new_tokens: count,
    min_new_tokens: count,
    do_sample: sampling !== null,
    ...(sampling && { temperature: sampling.temperature, top_k: sampling.topK, top_p: sampling.topP }),
  });
}

const less = (a: Cost, b: Cost): Cost => ({ cpuMs: a.cpuMs - b.cpuMs, wallMs: a.wallMs - b.wallMs });

await serve({
  prefill: (tokens) => costOf(() => generate([tokens], 1)),
  async decode(tokens, steps, sampling) {
    const one = await costOf(() => generate([tokens], 1, sampling));
    return less(await costOf(() => generate([tokens], 1 + steps, sampling)), one);
  },
  answer: (prompts, count, together) =>
    costOf(async () => {
      for (let first = 0; first < prompts.length; first += together) {
        await generate(prompts.slice(first, first + together), count);
      }
    }),
});
