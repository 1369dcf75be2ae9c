import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  collectGarbage,
  promote,
  registerModel,
  resolveRegistryReference,
  rollback,
  verifyRegistry,
  type CollectOptions,
} from '../../../../harness/registry/index.ts';
import { pin, setAside } from '../../../../harness/registry/content.ts';
import { registryFolders } from '../../../../harness/registry/layout.ts';
import { temporaryFolder, writeModel, writeRun } from './registry-fixture.ts';

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function promoteNew(name: string) {
  const model = await writeModel(home, name);
  return promote({ model, alias: 'production', runDir: await writeRun(home, `run-${name}`, model), home });
}

async function register(name: string) {
  return registerModel({ model: await writeModel(home, name), name: 'candidate', home });
}

const collect = (options: Partial<CollectOptions> = {}) =>
  collectGarbage({ home, keepDays: 0, minAgeMs: 0, confirmed: true, ...options });

const objects = () => readdir(join(home, 'registry/objects'));

test('collects versions that nobody promoted, tells their bytes before and after, and never gives their number again', async () => {
  await promoteNew('first');
  await register('one');
  const planned = await collect({ confirmed: false });
  expect(planned.collected.map(({ what, name }) => [what, name.slice(0, 11)])).toEqual([
    ['version', 'candidate@1'],
    ['model', 'sha256:'.padEnd(11, planned.collected[1]!.name.slice(7, 11))],
  ]);
  expect(planned.bytes).toBeGreaterThan(50);
  expect(await objects()).toHaveLength(2);
  expect(await collect()).toEqual({ ...planned, confirmed: true });
  expect(await objects()).toHaveLength(1);
  await expect(resolveRegistryReference('registry:candidate@1', home)).rejects.toThrow(
    /collected as nobody needed it/,
  );
  expect((await register('two')).version).toBe(2);
  expect((await verifyRegistry(home)).faults).toEqual([]);
  expect(await collect({ keepDays: 1 })).toMatchObject({ collected: [], bytes: 0 });
});

test('keeps whatever an alias or its history needs, and a version that was imported lately', async () => {
  for (const name of ['first', 'second', 'third']) await promoteNew(name);
  await rollback({ alias: 'production', home });
  await rollback({ alias: 'production', home });
  await register('recent');
  expect((await collect({ keepDays: 1 })).collected).toEqual([]);
  for (const version of [1, 2, 3]) {
    expect((await resolveRegistryReference(`registry:micro@${version}`, home)).release.version).toBe(version);
  }
  const old = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  await utimes(join(home, 'registry/models/candidate/1.json'), old, old);
  expect((await collect({ keepDays: 30, confirmed: false })).collected[0]).toMatchObject({
    name: 'candidate@1',
  });
  // Imported again, it is of use again.
  expect((await register('recent')).version).toBe(1);
  expect((await collect({ keepDays: 30 })).collected).toEqual([]);
  expect((await verifyRegistry(home)).faults).toEqual([]);
});

test('leaves alone what is pinned, what is young and what is not its own', async () => {
  const { object } = await register('one');
  const letGo = await pin(object, registryFolders(home));
  await mkdir(join(home, 'registry/objects/notes'));
  expect((await collect()).collected).toEqual([]);
  await letGo();
  await rm(join(home, 'registry/models/candidate/1.json'));
  expect((await collect({ minAgeMs: 3_600_000 })).collected).toEqual([]);
  expect((await collect()).collected).toMatchObject([{ what: 'model', name: object }]);
  expect(await objects()).toEqual(['notes']);
});

test('brings back what a killed collector had set aside and somebody needs', async () => {
  const { object, evidence } = await promoteNew('first');
  const folders = registryFolders(home);
  const hide = async (): Promise<void> => {
    await setAside({ kind: 'objects', digest: object }, folders);
    await setAside({ kind: 'evidence', digest: evidence }, folders);
    await rename(join(folders.models, 'micro/1.json'), join(folders.models, 'micro/1.collected.json'));
  };
  await hide();
  expect((await resolveRegistryReference('@production', home)).release.version).toBe(1);
  expect((await verifyRegistry(home)).faults).toEqual([]);
  await hide();
  expect((await promoteNew('first')).version).toBe(1);
  expect((await verifyRegistry(home)).faults).toEqual([]);
  await hide();
  await collect();
  expect(await readdir(folders.collecting)).toEqual([]);
  expect((await verifyRegistry(home)).faults).toEqual([]);
});

test('collects nothing where a record is damaged: what it needs is not known', async () => {
  await promoteNew('first');
  await register('one');
  await writeFile(join(home, 'registry/aliases/production/1.json'), '{"alias":');
  await expect(collect()).rejects.toMatchObject({ code: 'E_REGISTRY', exit: 3 });
  expect(await objects()).toHaveLength(2);
});

test('a promotion in the middle of which everything unreferenced is collected still ends whole', async () => {
  const model = await writeModel(home, 'first');
  const runDir = await writeRun(home, 'run', model);
  // The same object, which nobody refers to yet.
  const { object } = await register('first');
  await rm(join(home, 'registry/models/candidate/1.json'));
  const told: string[] = [];
  await promote({
    model,
    alias: 'production',
    runDir,
    home,
    onStep: async (step) => {
      const { collected } = await collect();
      told.push(`${step} ${collected.map(({ name }) => (name === object ? 'the object' : name)).join()}`);
    },
  });
  expect(told).toEqual(['checked the object', 'copied ', 'stored ', 'versioned ', 'evidence ', 'moved ']);
  expect((await verifyRegistry(home)).faults).toEqual([]);
});
