import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readOnnxFile } from '../../../../engine/checkpoint/onnx-file.ts';
import { readOnnxFolder } from '../../../../engine/checkpoint/onnx-folder.ts';
import { MessageWriter } from '../../../../engine/onnx/protobuf.ts';
import { writeExportedModel } from '../../../helpers/exported-model.ts';

/** A model with one weight, and a file of 64 bytes beside it. */
async function read(tensor: MessageWriter, after: (bytes: Buffer) => Buffer = (bytes) => bytes) {
  const path = test.info().outputPath('model.onnx');
  await writeFile(test.info().outputPath('model.onnx_data'), Buffer.alloc(64));
  const graph = new MessageWriter().message(5, tensor);
  await writeFile(path, after(Buffer.from(new MessageWriter().int(1, 10).message(7, graph).finish())));
  return readOnnxFile(path);
}

/** A float32 vector `w`. */
const weight = (size: number) => new MessageWriter().int(1, size).int(2, 1).string(8, 'w');

const external = (entries: Record<string, string>, size = 16) => {
  const tensor = weight(size).int(14, 1);
  for (const [key, value] of Object.entries(entries)) {
    tensor.message(13, new MessageWriter().string(1, key).string(2, value));
  }
  return tensor;
};

test('tells weights inside the file and beside it, without reading them', async () => {
  const inside = await read(weight(4).bytes(9, new Uint8Array(16)));
  expect(inside.weights).toEqual([{ name: 'w', elements: 4, external: null }]);
  const beside = await read(external({ location: 'model.onnx_data', offset: '0', length: '64' }));
  expect(beside.weights[0]!.external).toEqual({ location: 'model.onnx_data', offset: 0, byteLength: 64 });
  expect(beside.dataFiles).toEqual([test.info().outputPath('model.onnx_data')]);
});

test('refuses what a file claims beyond itself, one clear error each', async () => {
  const huge = new MessageWriter()
    .int(1, 2 ** 52)
    .int(1, 2 ** 52)
    .int(2, 1)
    .string(8, 'w');
  const data = { location: 'model.onnx_data', offset: '0', length: '64' };
  const cases: Record<string, [MessageWriter, string, RegExp]> = {
    'a shape beyond all numbers': [huge, 'E_CHECKPOINT_INVALID', /w has the shape/],
    'a size of 2^60': [
      external({ ...data, length: String(2n ** 60n) }),
      'E_CHECKPOINT_INVALID',
      /w lies at 1152921504606846976/,
    ],
    'more elements than bytes': [
      weight(5).bytes(9, new Uint8Array(16)),
      'E_CHECKPOINT_INVALID',
      /w is \(5\) of type 1 in 16 bytes/,
    ],
    'another length than its shape': [
      external({ ...data, length: '60' }),
      'E_CHECKPOINT_INVALID',
      /in 60 bytes/,
    ],
    'an offset beyond the file': [
      external({ ...data, offset: '4' }),
      'E_CHECKPOINT_INVALID',
      /reach to byte 68, .* has 64/,
    ],
    'a negative offset': [external({ ...data, offset: '-8' }), 'E_CHECKPOINT_INVALID', /w lies at -8/],
    'a file outside the folder': [
      external({ ...data, location: '../../etc/passwd' }),
      'E_CHECKPOINT_INVALID',
      /w lies in/,
    ],
    'a file that is not there': [
      external({ ...data, location: 'other' }),
      'E_MODEL_NOT_FOUND',
      /other, are missing/,
    ],
  };
  for (const [name, [tensor, code, message]] of Object.entries(cases)) {
    await expect(read(tensor), name).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  }
  const lying = (bytes: Buffer) =>
    Buffer.concat([bytes.subarray(0, 2), Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f])]);
  await expect(read(weight(4), lying)).rejects.toMatchObject({
    code: 'E_CHECKPOINT_INVALID',
    message: expect.stringMatching(/field 7 claims 4294967295 bytes/),
  });
});

test('refuses an exported graph cut off anywhere', async () => {
  const folder = await writeExportedModel(test.info().outputPath('model'));
  const path = join(folder, 'onnx/model.onnx');
  const whole = await readFile(path);
  for (const kept of [0, 1, 5, 100, 3000, 20_000, whole.length - 300, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, kept));
    await expect(readOnnxFolder(folder, 'float32'), `${kept} of ${whole.length}`).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
    });
  }
});
