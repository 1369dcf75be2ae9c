import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { serveModel } from '../../../../engine/index.ts';
import { functionModel } from '../../../../fixtures/function-model.ts';
import { openModel } from '../../../../harness/models/open-model.ts';
import { promote } from '../../../../harness/registry/index.ts';
import { writeRun } from '../registry/registry-fixture.ts';
import { foreignEndpoint } from './foreign-endpoint.ts';

const ENGINE_MODEL = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');

let folder: string;
test.beforeAll(() => {
  folder = test.info().outputPath();
});

test('opens a script and keeps the reference it was asked by', async () => {
  const file = join(folder, 'short.json');
  writeFileSync(file, JSON.stringify({ default: 'Yes.' }));
  const model = await openModel(`scripted:${file}`);
  expect(model.info).toMatchObject({ kind: 'scripted', name: 'short', reference: `scripted:${file}` });
  expect((await model.generate({ prompt: 'Is it?' })).text).toBe('Yes.');
  await model.close();
});

test('opens a folder, under its name and in the dtype asked for', async () => {
  const path = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');
  const model = await openModel(path, { device: 'cpu', dtype: 'float32' });
  expect(model.info).toMatchObject({
    kind: 'engine',
    name: 'tiny-untied',
    reference: path,
    dtype: 'float32',
  });
  await model.close();
  await expect(openModel(path, { device: 'tpu' })).rejects.toMatchObject({ code: 'E_DEVICE_UNAVAILABLE' });
});

test('opens what an alias points at, in the dtype in which it was evaluated and no other', async () => {
  const home = join(folder, 'home');
  const runDir = await writeRun(folder, 'run', ENGINE_MODEL, { model: { dtype: 'float32' } });
  await promote({ model: ENGINE_MODEL, alias: 'production', runDir, home });
  for (const reference of ['@production', 'registry:micro@1']) {
    const model = await openModel(reference, { home });
    expect(model.info).toMatchObject({ kind: 'engine', name: 'micro', reference, dtype: 'float32' });
    await model.close();
  }
  await expect(openModel('@production', { home, dtype: 'int8' })).rejects.toMatchObject({
    code: 'E_USAGE',
    message: '@production was evaluated as float32, not as int8.',
  });
});

test('opens an endpoint with the key from the environment', async () => {
  const foreign = await foreignEndpoint([{ status: 404, body: {} }]);
  process.env['HARNESS_API_KEY'] = 'hush';
  try {
    const model = await openModel(`${foreign.baseUrl}#m`);
    expect(model.info).toMatchObject({ kind: 'http', name: 'm', digests: null });
    expect(foreign.received[0]!.headers.authorization).toBe('Bearer hush');
    expect(JSON.stringify(model.info)).not.toContain('hush');
    await model.close();
  } finally {
    delete process.env['HARNESS_API_KEY'];
    await foreign.close();
  }
});

test('opens a model of our own server by its name, however it is written', async () => {
  const server = await serveModel(functionModel(() => ['x'], 'owner/a model #1'));
  const model = await openModel(`${server.url}/v1#${encodeURIComponent('owner/a model #1')}`);
  expect(model.info).toMatchObject({ name: 'owner/a model #1', contextLength: 1024 });
  expect((await model.generate({ prompt: 'a' })).text).toBe('x');
  await model.close();
  await server.close();
});

test('tells what is not there apart from what is no reference', async () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['', 'E_MODEL_REFERENCE', 2],
    ['openai:gpt', 'E_MODEL_REFERENCE', 2],
    ['http://127.0.0.1:1/v1', 'E_MODEL_REFERENCE', 2],
    [join(folder, 'none'), 'E_MODEL_NOT_FOUND', 3],
    [`scripted:${join(folder, 'none.json')}`, 'E_MODEL_NOT_FOUND', 3],
    ['hf:nobody/nothing', 'E_MODEL_NOT_FOUND', 3],
    ['@production', 'E_REGISTRY_NOT_FOUND', 3],
    ['registry:nothing@1', 'E_REGISTRY_NOT_FOUND', 3],
  ];
  // No test asks the hub.
  process.env['HF_HUB_OFFLINE'] = '1';
  for (const [reference, code, exit] of cases) {
    await expect(openModel(reference, { home: folder }), reference).rejects.toMatchObject({ code, exit });
  }
  await expect(openModel('owner/name')).rejects.toThrow(/write hf:owner\/name/);
});
