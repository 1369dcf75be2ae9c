import { appendFile, mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Checkpoint } from '../../../../engine/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { Decoder } from '../../../../engine/inference/decoder.ts';
import { prepareGraph } from '../../../../engine/inference/graph-cache.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');

let checkpoint: Checkpoint;

test.beforeAll(async () => {
  checkpoint = await readCheckpoint(golden);
});

test.afterAll(async () => {
  await checkpoint.weights.close();
});

async function lastLogits(graph: Uint8Array | string): Promise<number[]> {
  const decoder = await Decoder.open(checkpoint.spec, graph, 0);
  let last: number[] = [];
  await decoder.prefill(decoder.newCache(), 0, [5, 6, 7], 2, (logits) => {
    last = [...logits];
  });
  await decoder.release();
  return last;
}

test('gives the same model with weights in a file as with weights in the graph', async () => {
  const path = await prepareGraph(checkpoint, 'float32', test.info().outputPath('cache'), 0);
  expect(typeof path).toBe('string');
  expect(await lastLogits(path)).toEqual(await lastLogits(await prepareGraph(checkpoint)));
});

test('is written once and whole, however many ask for it at once', async () => {
  const folder = test.info().outputPath('cache');
  const paths = await Promise.all(
    Array.from({ length: 6 }, () => prepareGraph(checkpoint, 'float32', folder, 0)),
  );
  expect(new Set(paths).size).toBe(1);
  const entries = await readdir(folder);
  expect(entries).toHaveLength(1);
  expect((await readdir(join(folder, entries[0]!))).sort()).toEqual([
    'digests.json',
    'model.onnx',
    'weights.bin',
  ]);
});

test('is written anew when it was damaged', async () => {
  const folder = test.info().outputPath('cache');
  const path = await prepareGraph(checkpoint, 'int4', folder, 0);
  const expected = await lastLogits(path);
  const damages = [
    () => truncate(join(dirname(path as string), 'weights.bin'), 5000),
    () => appendFile(path as string, 'x'),
    () => truncate(join(dirname(path as string), 'digests.json'), 3),
  ];
  for (const damage of damages) {
    await damage();
    expect(await lastLogits(await prepareGraph(checkpoint, 'int4', folder, 0))).toEqual(expected);
  }
});

test('keeps a bounded number of models, the ones used last', async () => {
  const folder = test.info().outputPath('cache');
  const variant = (theta: number): Checkpoint => ({
    ...checkpoint,
    digests: { ...checkpoint.digests, weights: `sha256:${theta}` },
  });
  const first = await prepareGraph(variant(0), 'float32', folder, 0);
  for (let theta = 1; theta < 12; theta++) {
    await prepareGraph(variant(theta), 'float32', folder, 0);
    expect(await prepareGraph(variant(0), 'float32', folder, 0)).toBe(first);
  }
  const entries = await readdir(folder);
  expect(entries).toHaveLength(8);
  expect(entries.some((entry) => (first as string).includes(entry))).toBe(true);
});

test('leaves nothing behind when it fails', async () => {
  const folder = test.info().outputPath('cache');
  const broken: Checkpoint = {
    ...checkpoint,
    weights: { ...checkpoint.weights, read: () => Promise.reject(new Error('the disk is gone')) },
  };
  await expect(prepareGraph(broken, 'float32', folder, 0)).rejects.toThrow('the disk is gone');
  expect(await readdir(folder)).toEqual([]);
});

test('sweeps away what a load that was killed has left, not what another one is writing', async () => {
  const folder = test.info().outputPath('cache');
  const [abandoned, growing] = [1, 2].map((pid) => `draft-${pid}-00000000-0000-4000-8000-000000000000`);
  const hoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const name of [abandoned!, growing!]) {
    await mkdir(join(folder, name), { recursive: true });
    const weights = join(folder, name, 'weights.bin');
    await writeFile(weights, 'part');
    if (name === abandoned) await utimes(weights, hoursAgo, hoursAgo);
    await utimes(join(folder, name), hoursAgo, hoursAgo);
  }
  await prepareGraph(checkpoint, 'float32', folder, 0);
  const left = await readdir(folder);
  expect(left).toContain(growing);
  expect(left).not.toContain(abandoned);
});

test('keeps models apart that differ in weights or description alone', async () => {
  const folder = test.info().outputPath('cache');
  const others: Checkpoint[] = [
    checkpoint,
    { ...checkpoint, digests: { ...checkpoint.digests, weights: 'sha256:other' } },
    { ...checkpoint, spec: { ...checkpoint.spec, normEps: 7 } },
  ];
  const paths = await Promise.all(others.map((other) => prepareGraph(other, 'float32', folder, 0)));
  expect(new Set(paths).size).toBe(3);
});
