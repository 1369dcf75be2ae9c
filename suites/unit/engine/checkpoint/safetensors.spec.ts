import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { openSafetensors } from '../../../../engine/checkpoint/safetensors.ts';

/** A file with this header text and data; the length prefix may lie. */
async function file(header: string, data: Uint8Array, claimed?: bigint, name = 'model'): Promise<string> {
  const path = test.info().outputPath(`${name}.safetensors`);
  const text = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed ?? BigInt(text.length));
  await writeFile(path, Buffer.concat([prefix, text, data]));
  return path;
}

const entry = (dtype: string, shape: number[], start: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

test('reads F32, F16 and BF16 to float32', async () => {
  const data = Buffer.alloc(4 * 3 + 2 * 3 + 2 * 3);
  [1.5, -2, 3e-30].forEach((value, i) => data.writeFloatLE(value, 4 * i));
  // 1.5, −2 and the smallest subnormal as halves; 1.5, −2 and infinity as bfloat16.
  [0x3e00, 0xc000, 0x0001].forEach((bits, i) => data.writeUInt16LE(bits, 12 + 2 * i));
  [0x3fc0, 0xc000, 0x7f80].forEach((bits, i) => data.writeUInt16LE(bits, 18 + 2 * i));
  const header = {
    __metadata__: { format: 'pt' },
    b: entry('F16', [3, 1], 12, 18),
    a: entry('F32', [3], 0, 12),
    c: entry('BF16', [3], 18, 24),
  };
  const weights = await openSafetensors([await file(JSON.stringify(header), data)]);
  expect(weights.shapes.get('b')).toEqual([3, 1]);
  expect([...(await weights.read('a'))]).toEqual([1.5, -2, Math.fround(3e-30)]);
  expect([...(await weights.read('b'))]).toEqual([1.5, -2, 2 ** -24]);
  expect([...(await weights.read('c'))]).toEqual([1.5, -2, Number.POSITIVE_INFINITY]);
  await expect(weights.read('d')).rejects.toMatchObject({ code: 'E_CHECKPOINT_INVALID' });
  await weights.close();
});

test('reads shards as one, and refuses a tensor that two of them hold', async () => {
  const header = (name: string) => JSON.stringify({ [name]: entry('F32', [1], 0, 4) });
  const data = new Uint8Array(Float32Array.of(7).buffer);
  const first = await file(header('a'), data, undefined, 'first');
  const second = await file(header('b'), data, undefined, 'second');
  const third = await file(header('a'), data, undefined, 'third');
  const weights = await openSafetensors([first, second]);
  expect([...(await weights.read('b'))]).toEqual([7]);
  await weights.close();
  await expect(openSafetensors([first, third])).rejects.toThrow(/a is stored twice/);
});

test('refuses a header that lies, with one clear error', async () => {
  const one = { a: entry('F32', [2], 0, 8) };
  const cases: Record<string, { header: unknown; claimed?: bigint; message: RegExp }> = {
    'a length of 2^60': { header: one, claimed: 1n << 60n, message: /claims 1152921504606846976 bytes/ },
    'a length one beyond the file': { header: one, claimed: 200n, message: /claims 200 bytes/ },
    'no JSON': { header: '{"a":', message: /not JSON/ },
    'a list': { header: [], message: /not a JSON object/ },
    'an entry that is no object': { header: { a: 1 }, message: /entry of a/ },
    'no shape': { header: { a: { dtype: 'F32', data_offsets: [0, 8] } }, message: /a has no usable shape/ },
    'a negative size': { header: { a: entry('F32', [-2], 0, 8) }, message: /no usable shape/ },
    'a fraction': { header: { a: entry('F32', [0.5], 0, 2) }, message: /no usable shape/ },
    'no offsets': { header: { a: { dtype: 'F32', shape: [2] } }, message: /no usable data_offsets/ },
    'offsets in reverse': { header: { a: entry('F32', [2], 8, 0) }, message: /claims bytes 8 to 0/ },
    'offsets beyond the file': { header: { a: entry('F32', [2], 4, 12) }, message: /claims bytes 4 to 12/ },
    'enormous offsets': {
      header: { a: entry('F32', [2 ** 51], 0, 2 ** 53 - 1) },
      message: /claims bytes 0 to/,
    },
    'a shape larger than its bytes': { header: { a: entry('F32', [3], 0, 8) }, message: /\(3\) in 8 bytes/ },
    'sizes whose product overflows': {
      header: { a: entry('F32', [2 ** 40, 2 ** 40], 0, 8) },
      message: /in 8 bytes/,
    },
    'tensors that overlap': {
      header: { a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) },
      message: /b overlaps/,
    },
    'a gap': { header: { a: entry('F32', [1], 4, 8) }, message: /gap before it/ },
    'bytes left over': { header: { a: entry('F32', [1], 0, 4) }, message: /4 bytes belong to no tensor/ },
  };
  for (const [name, { header, claimed, message }] of Object.entries(cases)) {
    const text = typeof header === 'string' ? header : JSON.stringify(header);
    const path = await file(text, new Uint8Array(8), claimed);
    await expect(openSafetensors([path]), name).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
      message: expect.stringMatching(message),
    });
  }
});

test('refuses a file cut off anywhere in prefix, header or data', async () => {
  const path = await file(JSON.stringify({ a: entry('F32', [2], 0, 8) }), new Uint8Array(8));
  const { readFile } = await import('node:fs/promises');
  const whole = await readFile(path);
  for (const length of [0, 4, 8, 20, whole.length - 8, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, length));
    await expect(openSafetensors([path]), `${length} bytes`).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
    });
  }
});
