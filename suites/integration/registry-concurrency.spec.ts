import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { AliasMove } from '../../harness/registry/index.ts';
import {
  listModels,
  promote,
  promotionSteps,
  resolveRegistryReference,
  rollback,
  verifyRegistry,
} from '../../harness/registry/index.ts';
import { temporaryFolder, writeModel, writeRun } from '../unit/harness/registry/registry-fixture.ts';

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function prepare(name: string): Promise<{ model: string; runDir: string }> {
  const model = await writeModel(home, name);
  return { model, runDir: await writeRun(home, `run-${name}`, model) };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function promoter(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [
    '--import',
    './bin/typescript.js',
    'suites/integration/registry-promoter.ts',
    ...args,
  ]);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

test('lets eight processes promote at once and keeps every move', async () => {
  const first = await prepare('first');
  const second = await prepare('second');
  const ended = await Promise.all(
    Array.from({ length: 8 }, (_, i) => {
      const { model, runDir } = i % 2 === 0 ? first : second;
      return promoter(home, model, runDir, 'production');
    }),
  );
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    Array.from({ length: 8 }, () => ({ code: 0, stderr: '' })),
  );

  const { versions, aliases } = await listModels(home);
  expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  const { history } = aliases[0]!;
  expect(history.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const told = ended.map(({ stdout }) => JSON.parse(stdout) as AliasMove);
  expect(told.sort((a, b) => a.sequence - b.sequence)).toEqual(history);
  expect(await verifyRegistry(home)).toEqual({ versions: 2, moves: 8, faults: [], overrides: [] });
  expect(await readdir(join(home, 'registry/staging'))).toEqual([]);
});

test('opens whole after a promoter was killed at any step, and the alias points at a complete version', async () => {
  const first = await prepare('first');
  const second = await prepare('second');
  const outcomes = await Promise.all(
    promotionSteps.map(async (step) => {
      const own = join(home, `home-${step}`);
      await promote({ ...first, alias: 'production', home: own });
      const { signal } = await promoter(own, second.model, second.runDir, 'production', step);
      const { faults } = await verifyRegistry(own);
      const { version } = (await resolveRegistryReference('@production', own)).release;
      const again = await promote({ ...second, alias: 'production', home: own });
      const back = await rollback({ alias: 'production', home: own });
      return { step, signal, faults, version, again: again.version, back: back.to.version };
    }),
  );
  expect(outcomes).toEqual(
    promotionSteps.map((step) => ({
      step,
      signal: 'SIGKILL',
      faults: [],
      version: step === 'moved' ? 2 : 1,
      again: 2,
      back: 1,
    })),
  );
});
