/** tiny-chat, made worse on purpose: what a verdict must not let through. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { writeHuggingFace } from '../../engine/checkpoint/write-huggingface.ts';
import { layerParameters, parametersOf } from '../../engine/nn/decoder-parameters.ts';
import type { DecoderSpec } from '../../engine/nn/decoder-spec.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';

export const tinyChat: string = join(packageRoot, 'fixtures/models/tiny-chat');

type Damage = (weights: Map<string, Float32Array>, spec: DecoderSpec) => void;

/** Writes tiny-chat with changed weights to `folder`; the tokenizer stays. */
export async function writeDamaged(folder: string, damage: Damage): Promise<string> {
  const checkpoint = await readCheckpoint(tinyChat);
  const { spec, tokenizer, chatTemplate, eosTokenIds, bosTokenId } = checkpoint;
  const weights = new Map<string, Float32Array>();
  for (const { name } of parametersOf(spec)) weights.set(name, await checkpoint.weights.read(name));
  await checkpoint.weights.close();
  damage(weights, spec);
  await writeHuggingFace(folder, {
    spec,
    weights,
    tokenizer,
    chatTemplate,
    eosTokenIds,
    bosTokenId,
    padTokenId: 0,
  });
  return folder;
}

/** A layer whose projections are zero adds nothing to the residual stream: it is not there. */
export function zeroLayer(layer: number): Damage {
  return (weights, spec) => {
    const { attentionOutput, down } = layerParameters(spec, layer);
    for (const { weight } of [attentionOutput, down]) weights.get(weight)!.fill(0);
  };
}

/** Adds Gaussian noise of `scale` times each weight matrix's own standard deviation. */
export function addNoise(scale: number, seed: number): Damage {
  return (weights) => {
    const normal = gaussian(seed);
    for (const data of weights.values()) {
      let squares = 0;
      for (const value of data) squares += value * value;
      const sigma = scale * Math.sqrt(squares / data.length);
      for (let i = 0; i < data.length; i++) data[i]! += sigma * normal();
    }
  };
}

/** Weights of a model of the same shape that never saw a text. */
export function untrained(seed: number): Damage {
  return (weights) => {
    const normal = gaussian(seed);
    for (const [name, data] of weights) {
      const isNorm = name.includes('norm');
      for (let i = 0; i < data.length; i++) data[i] = isNorm ? 1 : 0.02 * normal();
    }
  };
}

/** tiny-chat with its tokenizer's merges in another order: the same weights read other tokens. */
export async function writeWithShuffledMerges(folder: string, seed: number): Promise<string> {
  await cp(tinyChat, folder, { recursive: true });
  const path = join(folder, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(path, 'utf8')) as { model: { merges: unknown[] } };
  const { merges } = tokenizer.model;
  const random = uniform(seed);
  for (let i = merges.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [merges[i], merges[j]] = [merges[j], merges[i]];
  }
  await writeFile(path, JSON.stringify(tokenizer));
  return folder;
}

/** SplitMix32: a few lines, good enough to break things the same way every time. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Box–Muller. */
function gaussian(seed: number): () => number {
  const random = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
