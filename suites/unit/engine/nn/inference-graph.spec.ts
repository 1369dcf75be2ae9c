import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { Decoder } from '../../../../engine/inference/decoder.ts';
import { prepareGraph } from '../../../../engine/inference/graph-cache.ts';
import type { Precision } from '../../../../engine/nn/precision.ts';
import { logitStride, tinyModels, writeTinyModel } from '../../../helpers/tiny-architectures.ts';

async function open(folder: string, precision: Precision = 'float32'): Promise<Decoder> {
  const checkpoint = await readCheckpoint(folder);
  const decoder = await Decoder.open(checkpoint.spec, await prepareGraph(checkpoint, precision), 0);
  await checkpoint.weights.close();
  return decoder;
}

function indexOfLargest(logits: Float32Array): number {
  return logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
}

/** Largest difference from the golden logits of the last and the middle position. */
function difference(rows: readonly Float32Array[], golden: readonly (readonly number[])[]): number {
  const positions = [rows.length - 1, Math.floor(rows.length / 2)];
  return Math.max(
    ...golden.flatMap((logits, which) =>
      logits.map((value, i) => Math.abs(value - rows[positions[which]!]![i * logitStride]!)),
    ),
  );
}

for (const tiny of tinyModels) {
  test(`${tiny.model} gives the logits and the greedy tokens of PyTorch`, async () => {
    const decoder = await open(await writeTinyModel(test.info().outputPath('model'), tiny));
    let worst = 0;
    for (const { ids, logits, greedy } of tiny.prompts) {
      const cache = decoder.newCache();
      const rows: Float32Array[] = [];
      await decoder.prefill(cache, 0, ids, 0, (row) => rows.push(row.slice()));
      worst = Math.max(worst, difference(rows, logits));
      const tokens = [indexOfLargest(rows.at(-1)!)];
      while (tokens.length < greedy.length) {
        const next = await decoder.decode(cache, [tokens.at(-1)!]);
        tokens.push(indexOfLargest(next.subarray(0, decoder.spec.vocabSize)));
      }
      expect(tokens, `${ids.length} tokens`).toEqual(greedy);
    }
    await decoder.release();
    test.info().annotations.push({ type: 'largest difference', description: String(worst) });
    expect(worst).toBeLessThan(1e-4);
  });

  test(`${tiny.model} in int4 gives a row the same logits, bit for bit, alone and among others`, async () => {
    const decoder = await open(await writeTinyModel(test.info().outputPath('model'), tiny), 'int4');
    const { vocabSize } = decoder.spec;
    const prompts = [tiny.prompts[0]!.ids, tiny.prompts[0]!.ids.slice(1), tiny.prompts[0]!.ids.slice(2)];
    const together = decoder.newCache();
    const alone: Float32Array[] = [];
    for (const [row, prompt] of prompts.entries()) {
      const cache = decoder.newCache();
      await decoder.prefill(cache, 0, prompt, prompt.length, () => undefined);
      alone.push((await decoder.decode(cache, [row])).slice(0, vocabSize));
      await decoder.prefill(together, row, prompt, prompt.length, () => undefined);
    }
    const logits = await decoder.decode(together, [0, 1, 2]);
    alone.forEach((row, index) => {
      expect(logits.slice(index * vocabSize, (index + 1) * vocabSize), `row ${index}`).toEqual(row);
    });
    await decoder.release();
  });
}
