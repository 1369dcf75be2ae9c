import { rm } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { appendMove, historyOf, standing, type AliasMove } from '../../../../harness/registry/aliases.ts';
import { createFolders, registryFolders } from '../../../../harness/registry/layout.ts';
import { temporaryFolder } from './registry-fixture.ts';

const move = (kind: AliasMove['kind'], version: number) => ({
  kind,
  name: 'micro',
  version,
  object: `sha256:${version}`,
  dtype: 'fp32',
  by: 'somebody',
  reason: null,
  evidence: 'sha256:e',
});

test('takes a move only from one who saw the last: of two at once, one goes through', async () => {
  const home = await temporaryFolder();
  const folders = registryFolders(home);
  await createFolders(folders);
  await appendMove('production', 0, move('promote', 1), folders);
  await appendMove('production', 1, move('promote', 2), folders);
  const both = await Promise.all([
    appendMove('production', 2, move('rollback', 1), folders),
    appendMove('production', 2, move('rollback', 1), folders),
  ]);
  expect(both.filter((made) => made === null)).toHaveLength(1);
  expect((await historyOf('production', folders)).map(({ version }) => version)).toEqual([1, 2, 1]);
  await rm(home, { recursive: true });
});

test('knows which promotions still stand', () => {
  const stands = (...moves: ['promote' | 'rollback', number][]): number[] =>
    standing(
      moves.map(([kind, version], i) => ({
        ...move(kind, version),
        alias: 'production',
        sequence: i + 1,
        at: '',
      })),
    ).map(({ version }) => version);
  expect(stands()).toEqual([]);
  expect(stands(['promote', 1], ['promote', 2])).toEqual([1, 2]);
  expect(stands(['promote', 1], ['promote', 2], ['rollback', 1])).toEqual([1]);
  expect(stands(['promote', 1], ['promote', 2], ['rollback', 1], ['promote', 3])).toEqual([1, 3]);
  expect(stands(['promote', 1], ['promote', 1])).toEqual([1]);
  expect(stands(['promote', 1], ['promote', 2], ['promote', 1])).toEqual([1, 2, 1]);
});
