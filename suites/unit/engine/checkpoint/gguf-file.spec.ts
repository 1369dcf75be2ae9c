import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-tied.gguf');

/** Reads a changed copy of the golden file. */
async function read(change: (bytes: Buffer) => unknown): Promise<unknown> {
  const bytes = await readFile(golden);
  const path = test.info().outputPath('model.gguf');
  const changed = change(bytes);
  await writeFile(path, changed instanceof Buffer ? changed : bytes);
  const checkpoint = await readCheckpoint(path);
  await checkpoint.weights.close();
  return checkpoint;
}

/** Position just after a length-prefixed text in the header. */
function after(bytes: Buffer, text: string): number {
  const at = bytes.indexOf(text);
  expect(at, text).toBeGreaterThan(0);
  return at + text.length;
}

/** Overwrites the 32-bit value of a metadata key: the type stands in four bytes before it. */
function setU32(key: string, value: number) {
  return (bytes: Buffer) => {
    bytes.writeUInt32LE(value, after(bytes, key) + 4);
  };
}

test('reads description, weights, tokenizer and template', async () => {
  const checkpoint = await readCheckpoint(golden);
  expect(checkpoint).toMatchObject({
    format: 'gguf',
    spec: {
      vocabSize: 258,
      hiddenSize: 32,
      layerCount: 2,
      headCount: 2,
      kvHeadCount: 1,
      headSize: 16,
      maxPositions: 1024,
      attention: [{ rotary: { theta: 500, scaling: null }, window: null }],
      tiedEmbeddings: true,
    },
    eosTokenIds: [0],
    bosTokenId: null,
  });
  expect(checkpoint.chatTemplate).toContain('<user>');
  const folder = await readCheckpoint(golden.replace('.gguf', ''));
  for (const name of folder.weights.shapes.keys()) {
    expect([...(await checkpoint.weights.read(name))], name).toEqual([...(await folder.weights.read(name))]);
  }
  await checkpoint.weights.close();
  await folder.weights.close();
});

test('refuses a file cut off anywhere', async () => {
  const { length } = await readFile(golden);
  for (const kept of [0, 3, 4, 8, 16, 24, 40, 300, 4000, 9000, length - 4096, length - 1]) {
    await expect(
      read((bytes) => bytes.subarray(0, kept)),
      `${kept} of ${length} bytes`,
    ).rejects.toMatchObject({ code: 'E_CHECKPOINT_INVALID' });
  }
});

test('refuses what a header claims beyond the file, before allocating it', async () => {
  const huge = 1n << 60n;
  const cases: Record<string, [(bytes: Buffer) => unknown, RegExp]> = {
    'a tensor count': [(bytes) => bytes.writeBigUInt64LE(huge, 8), /claims 1152921504606846976 tensors/],
    'a metadata count': [(bytes) => bytes.writeBigUInt64LE(huge, 16), /claims 1152921504606846976 metadata/],
    'the length of a key': [(bytes) => bytes.writeBigUInt64LE(huge, 24), /claims \d+ characters/],
    'the length of an array': [
      (bytes) => bytes.writeBigUInt64LE(huge, after(bytes, 'tokenizer.ggml.tokens') + 8),
      /claims \d+ elements of tokenizer.ggml.tokens/,
    ],
    'a dimension': [
      (bytes) => bytes.writeBigUInt64LE(huge, after(bytes, 'token_embd.weight') + 4),
      /token_embd.weight/,
    ],
    'the offset of a tensor': [
      (bytes) => bytes.writeBigUInt64LE(huge, after(bytes, 'token_embd.weight') + 4 + 16 + 4),
      /token_embd.weight claims/,
    ],
    'a tensor over another': [
      (bytes) => bytes.writeBigUInt64LE(0n, after(bytes, 'blk.1.ffn_up.weight') + 4 + 16 + 4),
      /overlaps the tensor before it/,
    ],
    'an unaligned offset': [
      (bytes) => bytes.writeBigUInt64LE(4n, after(bytes, 'blk.1.ffn_up.weight') + 4 + 16 + 4),
      /blk.1.ffn_up.weight claims/,
    ],
  };
  for (const [name, [change, message]] of Object.entries(cases)) {
    await expect(read(change), name).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
      message: expect.stringMatching(message),
    });
  }
});

test('refuses values, tensor types and versions it does not know', async () => {
  const cases: Record<string, [(bytes: Buffer) => unknown, string]> = {
    'another magic': [(bytes) => bytes.write('GGML'), 'E_CHECKPOINT_INVALID'],
    'version 1': [(bytes) => bytes.writeUInt32LE(1, 4), 'E_MODEL_UNSUPPORTED'],
    'big endian': [(bytes) => bytes.writeUInt32BE(3, 4), 'E_MODEL_UNSUPPORTED'],
    'a value type': [
      (bytes) => bytes.writeUInt32LE(99, after(bytes, 'llama.block_count')),
      'E_CHECKPOINT_INVALID',
    ],
    'a tensor type': [
      (bytes) => bytes.writeUInt32LE(99, after(bytes, 'token_embd.weight') + 4 + 16),
      'E_MODEL_UNSUPPORTED',
    ],
    'another architecture': [
      (bytes) => bytes.write('qwenX', after(bytes, 'general.architecture') + 12),
      'E_MODEL_UNSUPPORTED',
    ],
    'another tokenizer': [
      (bytes) => bytes.write('bert', after(bytes, 'tokenizer.ggml.model') + 12),
      'E_TOKENIZER_INVALID',
    ],
  };
  for (const [name, [change, code]] of Object.entries(cases)) {
    await expect(read(change), name).rejects.toMatchObject({ code });
  }
});

test('refuses sizes that contradict the weights', async () => {
  const cases: Record<string, [string, number, string]> = {
    'one layer more': ['llama.block_count', 3, 'E_CHECKPOINT_INVALID'],
    'a million layers': ['llama.block_count', 1_000_000, 'E_CHECKPOINT_INVALID'],
    'no layers': ['llama.block_count', 0, 'E_CHECKPOINT_INVALID'],
    'another width': ['llama.embedding_length', 64, 'E_MODEL_UNSUPPORTED'],
    'another inner width': ['llama.feed_forward_length', 25, 'E_SHAPE_MISMATCH'],
    'heads that do not divide the width': ['llama.attention.head_count', 3, 'E_CHECKPOINT_INVALID'],
    'more key heads than heads': ['llama.attention.head_count_kv', 4, 'E_CHECKPOINT_INVALID'],
    'partial rotation': ['llama.rope.dimension_count', 8, 'E_MODEL_UNSUPPORTED'],
    'an end token that is none': ['tokenizer.ggml.eos_token_id', 999, 'E_TOKENIZER_INVALID'],
  };
  for (const [name, [key, value, code]] of Object.entries(cases)) {
    await expect(read(setU32(key, value)), name).rejects.toMatchObject({ code });
  }
});
