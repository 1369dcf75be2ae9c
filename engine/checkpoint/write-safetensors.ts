/** Writes a safetensors file (github.com/huggingface/safetensors, format 0.x): an eight-byte header length, a JSON
 *  header, then the tensors' bytes, little endian. */
import { open } from 'node:fs/promises';
import { numberToFloat16 } from '../tensor/dtype.ts';

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type StoredDtype = 'float32' | 'float16';

const formats = {
  float32: { name: 'F32', bytes: 4 },
  float16: { name: 'F16', bytes: 2 },
} as const;

function bytesOf(data: Float32Array, dtype: StoredDtype): Uint8Array {
  const stored = dtype === 'float32' ? data : Uint16Array.from(data, numberToFloat16);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** Writes the file through to the disk. Tensors are laid out in the order of the map. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  dtype: StoredDtype = 'float32',
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const end = offset + data.length * formats[dtype].bytes;
    header[name] = { dtype: formats[dtype].name, shape, data_offsets: [offset, end] };
    offset = end;
  }
  // Spaces after the JSON bring the data to a multiple of eight bytes, as the reference writer does.
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));

  const file = await open(path, 'w');
  try {
    await file.writeFile(length);
    await file.writeFile(text);
    for (const { data } of tensors.values()) await file.writeFile(bytesOf(data, dtype));
    await file.sync();
  } finally {
    await file.close();
  }
}
