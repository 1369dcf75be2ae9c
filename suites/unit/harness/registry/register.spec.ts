import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readModelDigests } from '../../../../engine/index.ts';
import {
  promote,
  registerModel,
  resolveRegistryReference,
  showVersion,
  verifyRegistry,
} from '../../../../harness/registry/index.ts';
import { readLineage } from '../../../../harness/registry/lineage.ts';
import { digestOf } from '../../../../harness/runs/digest.ts';
import { temporaryFolder, writeModel, writeRun } from './registry-fixture.ts';

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

/** Gives the model the files of a LoRA adapter, as PEFT writes them. */
async function addAdapter(model: string, weights = 'delta'): Promise<void> {
  await mkdir(join(model, 'adapter'), { recursive: true });
  await writeFile(join(model, 'adapter/adapter_config.json'), '{"r": 8}');
  await writeFile(join(model, 'adapter/adapter_model.safetensors'), weights);
  await writeFile(join(model, 'adapter/optimizer.bin'), 'no part of the model');
}

test('a registered model is evaluated by its version, then promoted as that version', async () => {
  const model = await writeModel(home, 'first');
  const version = await registerModel({ model, name: 'micro', home });
  expect(version).toMatchObject({ name: 'micro', version: 1 });
  expect(await registerModel({ model, name: 'micro', home })).toMatchObject({ version: 1 });
  const { path } = await resolveRegistryReference('registry:micro@1', home);
  const runDir = await writeRun(home, 'run', path);
  expect(await promote({ model: path, alias: 'production', runDir, home })).toMatchObject({ version: 1 });
  const { aliases, moves, evidence } = await showVersion('micro@1', home);
  expect([aliases, moves.length, evidence?.runId]).toEqual([['production'], 1, 'run']);
  expect((await showVersion('@production', home)).version).toEqual(
    (await showVersion('registry:micro@1', home)).version,
  );
});

test('tells where a model comes from, and who says so', async () => {
  const model = await writeModel(home, 'tuned');
  const card =
    '---\nbase_model: owner/base\ndatasets: [owner/a, owner/b]\nlicense: apache-2.0\n---\n# Tuned\n';
  await writeFile(join(model, 'README.md'), card);
  const log = '{"step":50,"epoch":0.5,"loss":2.5}\n{"step":100,"epoch":1,"evalLoss":1.25}\n{"step":1';
  await writeFile(join(model, 'training-log.jsonl'), log);
  const state = JSON.stringify({ progress: { step: 100 }, order: { seed: 7, examples: 'sha256:e' } });
  await writeFile(join(model, 'trainer_state.json'), state);
  const data = join(home, 'train.jsonl');
  await writeFile(data, 'lines');
  const base = { reference: 'registry:base@1', weights: 'sha256:b' };
  const { lineage } = await registerModel({ model, name: 'tuned', home, lineage: { base, data: [data] } });
  expect(lineage).toEqual({
    base: [
      { from: 'import', ...base },
      { from: 'README.md', reference: 'owner/base', weights: null },
    ],
    data: [
      { from: 'import', name: 'train.jsonl', digest: digestOf('lines') },
      { from: 'README.md', name: 'owner/a', digest: null },
      { from: 'README.md', name: 'owner/b', digest: null },
      { from: 'trainer_state.json', name: 'tokenised examples', digest: 'sha256:e' },
    ],
    training: [
      {
        from: 'training-log.jsonl',
        digest: digestOf(log),
        steps: 100,
        details: { loss: 2.5, evalLoss: 1.25, epoch: 1 },
      },
      { from: 'trainer_state.json', digest: digestOf(state), steps: 100, details: { seed: 7 } },
    ],
    licence: 'apache-2.0',
  });
  // What it is said to be is part of what is kept and verified.
  const { files } = await showVersion('tuned@1', home);
  expect(files.filter(({ part }) => part === 'document').map(({ name }) => name)).toEqual([
    'README.md',
    'trainer_state.json',
    'training-log.jsonl',
  ]);
});

test('files of strangers that are not what their names say are no lineage', async () => {
  const model = await writeModel(home, 'odd');
  const odd = [
    ['README.md', '---\nbase_model: [1, {a: b}]\ndatasets: *x\n---\n'],
    ['README.md', '---\njust text\n---\n'],
    ['README.md', '# No front matter'],
    ['trainer_state.json', '[]'],
    ['trainer_state.json', '{"progress":'],
  ] as const;
  for (const [name, text] of odd) {
    await writeFile(join(model, name), text);
    const { base, data, licence } = await readLineage(model);
    expect([base, data, licence], text).toEqual([[], [], null]);
  }
  await expect(readLineage(model, { data: [join(home, 'none.jsonl')] })).rejects.toMatchObject({
    code: 'E_FILE_NOT_FOUND',
  });
});

test('an adapter is a part of the model, by digest', async () => {
  const model = await writeModel(home, 'base');
  const plain = await writeRun(home, 'plain', model);
  await addAdapter(model);
  const refused = promote({ model, alias: 'production', runDir: plain, home });
  await expect(refused).rejects.toThrow(/its adapter differs:\n {2}adapter: evaluated none, given sha256:/);

  const runDir = await writeRun(home, 'applied', model);
  const move = await promote({ model, alias: 'production', runDir, home });
  const { version, files } = await showVersion('@production', home);
  expect(version.digests.adapter).toBe((await readModelDigests(model)).adapter);
  expect(files.filter(({ part }) => part === 'adapter').map(({ name }) => name)).toEqual([
    'adapter/adapter_config.json',
    'adapter/adapter_model.safetensors',
  ]);
  await addAdapter(model, 'another delta');
  await expect(promote({ model, alias: 'production', runDir, home })).rejects.toThrow(/its adapter differs/);
  expect((await registerModel({ model, name: 'micro', home })).version).toBe(2);
  expect((await verifyRegistry(home)).faults).toEqual([]);

  const { path } = await resolveRegistryReference('@production', home);
  await appendFile(join(path, 'adapter/added.bin'), '!');
  expect((await verifyRegistry(home)).faults).toEqual([
    expect.stringMatching(/adapter\/added\.bin was added$/),
  ]);
  expect(move.version).toBe(1);
});
