import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  aliasNames,
  appendMove,
  historyOf,
  standing,
  type AliasMove,
} from '../../../../harness/registry/aliases.ts';
import { listModels } from '../../../../harness/registry/inventory.ts';
import { createFolders, registryFolders, type RegistryFolders } from '../../../../harness/registry/layout.ts';
import { temporaryFolder } from './registry-fixture.ts';

let home: string;
let folders: RegistryFolders;

test.beforeEach(async () => {
  home = await temporaryFolder();
  folders = registryFolders(home);
  await createFolders(folders);
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const move = (kind: AliasMove['kind'], version: number) => ({
  kind,
  name: 'micro',
  version,
  object: `sha256:${version}`,
  dtype: 'fp32',
  by: 'somebody',
  reason: null,
  evidence: 'sha256:e',
  at: '2026-11-22T18:00:00.000Z',
});

async function appended(...made: readonly ReturnType<typeof move>[]): Promise<readonly AliasMove[]> {
  const moves: AliasMove[] = [];
  for (const each of made) moves.push((await appendMove('production', moves, each, folders))!);
  return moves;
}

test('takes a move only from one who saw the last: of two at once, one goes through', async () => {
  const seen = await appended(move('promote', 1), move('promote', 2));
  const both = await Promise.all([
    appendMove('production', seen, move('rollback', 1), folders),
    appendMove('production', seen, move('rollback', 1), folders),
  ]);
  expect(both.filter((made) => made === null)).toHaveLength(1);
  expect((await historyOf('production', folders)).map(({ version }) => version)).toEqual([1, 2, 1]);
});

test('notices a move that was rewritten once another followed', async () => {
  await appended(move('promote', 1), move('promote', 2));
  const path = join(folders.aliases, 'production/1.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('somebody', 'nobody'));
  await expect(historyOf('production', folders)).rejects.toThrow(
    /rewritten: move 2 does not follow .*1\.json/,
  );
  await writeFile(path, text.replace(/,\s*"previous": null/, ''));
  await expect(historyOf('production', folders)).rejects.toThrow(/rewritten/);
  await writeFile(path, text);
  expect(await historyOf('production', folders)).toHaveLength(2);
});

test('notices a rollback that was changed, though no move follows it', async () => {
  await appended(move('promote', 1), move('promote', 2), move('rollback', 1));
  expect(await historyOf('production', folders)).toHaveLength(3);
  const path = join(folders.aliases, 'production/3.json');
  const text = await readFile(path, 'utf8');
  for (const [was, is] of [
    ['"version": 1', '"version": 2'],
    ['sha256:1', 'sha256:2'],
    ['fp32', 'int4'],
    ['sha256:e', 'sha256:f'],
  ] as const) {
    await writeFile(path, text.replace(was, is));
    await expect(historyOf('production', folders)).rejects.toThrow(
      /rewritten: move 3 is a rollback, but not to what stood before/,
    );
  }
});

test('takes a move without a link to the one before for rewritten, where moves have links', async () => {
  await appended(move('promote', 1), move('promote', 2));
  const path = join(folders.aliases, 'production/2.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/,\s*"previous": "[^"]*"/, ''));
  await expect(historyOf('production', folders)).rejects.toThrow(/rewritten: move 2/);
});

test('passes over files of others between the aliases and models', async () => {
  await appended(move('promote', 1));
  await writeFile(join(folders.aliases, '.DS_Store'), 'x');
  await writeFile(join(folders.models, '.DS_Store'), 'x');
  expect(await aliasNames(folders)).toEqual(['production']);
  expect((await listModels(home)).aliases).toHaveLength(1);
});

test('knows which promotions still stand', () => {
  const stands = (...moves: ['promote' | 'rollback', number][]): number[] =>
    standing(
      moves.map(([kind, version], i) => ({
        ...move(kind, version),
        alias: 'production',
        sequence: i + 1,
      })),
    ).map(({ version }) => version);
  expect(stands()).toEqual([]);
  expect(stands(['promote', 1], ['promote', 2])).toEqual([1, 2]);
  expect(stands(['promote', 1], ['promote', 2], ['rollback', 1])).toEqual([1]);
  expect(stands(['promote', 1], ['promote', 2], ['rollback', 1], ['promote', 3])).toEqual([1, 3]);
  expect(stands(['promote', 1], ['promote', 1])).toEqual([1]);
  expect(stands(['promote', 1], ['promote', 2], ['promote', 1])).toEqual([1, 2, 1]);
});
