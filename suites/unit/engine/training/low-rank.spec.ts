import { expect, test } from '@playwright/test';
import { specFromConfig } from '../../../../engine/checkpoint/decoder-config.ts';
import { initialAdapter, lowRankOf } from '../../../../engine/training/low-rank.ts';
import { tinyModel } from '../../../helpers/tiny-architectures.ts';

const specOf = (name: string) => specFromConfig('config.json', { ...tinyModel(name).config });
const lora = (...target_modules: string[]) => ({
  r: 4,
  lora_alpha: 8,
  lora_dropout: 0,
  merge: false,
  target_modules,
});
const modules = (name: string, ...targets: string[]) =>
  lowRankOf(specOf(name), lora(...targets)).layers.map(({ linear }) => linear.weight);

test('adapts the layers whose names end in a target, as PEFT matches them', () => {
  expect(modules('llama-plain', 'q_proj', 'mlp.down_proj')).toEqual([
    'model.layers.0.self_attn.q_proj.weight',
    'model.layers.0.mlp.down_proj.weight',
    'model.layers.1.self_attn.q_proj.weight',
    'model.layers.1.mlp.down_proj.weight',
  ]);
  // Both of GPT-2's.
  expect(modules('gpt2', 'c_proj')).toHaveLength(4);
  expect(modules('gpt2', 'transformer.h.1.attn.c_proj')).toEqual(['transformer.h.1.attn.c_proj.weight']);
  expect(modules('qwen2-everywhere', 'all-linear')).toHaveLength(14);
});

test('refuses a target that is no linear layer, and says which there are', () => {
  for (const target of ['proj', 'lm_head', 'embed_tokens', 'input_layernorm', 'c_attn']) {
    expect(() => modules('llama-plain', 'q_proj', target), target).toThrow(
      `lora.target_modules: "${target}" is no linear layer of this model`,
    );
  }
  expect(() => modules('gpt2', 'q_proj')).toThrow(
    expect.objectContaining({
      remedy: expect.stringContaining('attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj'),
    }),
  );
});

test('begins with A uniform within 1/√in and B zero, by the seed', () => {
  const lowRank = lowRankOf(specOf('gpt2'), lora('mlp.c_proj'));
  const own = initialAdapter(lowRank, 7, null);
  const [{ a, b, linear }] = lowRank.layers as [(typeof lowRank.layers)[0]];
  expect([a.shape, b.shape]).toEqual([
    [4, linear.inSize],
    [linear.outSize, 4],
  ]);
  expect(linear.inSize).toBe(96);
  const values = [...own.get(a.name)!];
  const bound = 1 / Math.sqrt(96);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
  expect(Math.max(...values)).toBeGreaterThan(0.95 * bound);
  expect(Math.min(...values)).toBeLessThan(-0.95 * bound);
  expect([...own.get(b.name)!].every((value) => value === 0)).toBe(true);
  expect(initialAdapter(lowRank, 7, null)).toEqual(own);
  expect(initialAdapter(lowRank, 8, null).get(a.name)).not.toEqual(own.get(a.name));
});
