import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  createRunFolder,
  readRunInfo,
  reopenRunFolder,
  runFiles,
} from '../../../../harness/runs/run-folder.ts';
import type { RunInfo } from '../../../../reports/report-data.ts';

const info = (id: string): RunInfo => ({
  id,
  status: 'running',
  startedAt: '2026-11-22T18:00:00.000Z',
  finishedAt: null,
  command: ['harness', 'run'],
  model: {
    reference: 'scripted:a.json',
    name: 'a',
    kind: 'scripted',
    digests: null,
    device: 'cpu',
    dtype: 'none',
    parameterCount: null,
  },
  baseline: null,
  suites: [],
  tasks: [],
  leftOut: [],
  datasets: null,
  seed: 0,
  repeats: 1,
  limit: null,
  gates: { path: 'gates.yaml', digest: 'sha256:0' },
  configurationDigest: 'sha256:0',
  versions: {},
});

test('a new run refuses a folder with any file of another: its records would count as its own', async () => {
  for (const name of Object.values(runFiles)) {
    const dir = test.info().outputPath(name);
    mkdirSync(dir);
    writeFileSync(join(dir, name), '');
    await expect(createRunFolder(dir, info('second')), name).rejects.toMatchObject({
      code: 'E_RUN_EXISTS',
      message: `${dir} holds ${name} of another run`,
    });
    expect(readdirSync(dir)).toEqual([name]);
  }
});

test('of runs that start at once in one folder one gets it', async () => {
  const dir = test.info().outputPath('shared');
  const starts = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => createRunFolder(dir, info(`run ${i}`))),
  );
  const winners = starts.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
  expect(winners).toHaveLength(1);
  await expect(readRunInfo(dir)).resolves.toMatchObject({ id: `run ${winners[0]}` });
  expect(readdirSync(dir)).toEqual([runFiles.run]);
});

test('a run that goes on drops what was concluded from fewer records', async () => {
  const dir = test.info().outputPath('resumed');
  await createRunFolder(dir, info('first'));
  for (const name of Object.values(runFiles)) if (name !== runFiles.run) writeFileSync(join(dir, name), '{}');
  await reopenRunFolder(dir, info('first'));
  const left = Object.values(runFiles).filter((name) => existsSync(join(dir, name)));
  expect(left.toSorted()).toEqual(
    [runFiles.run, runFiles.samples, runFiles.baselineSamples, runFiles.gates].toSorted(),
  );
});

test('what is JSON but no record of a run is told by its name', async () => {
  const dir = test.info().outputPath('foreign');
  mkdirSync(dir);
  for (const text of ['null', '{}', '[]', '7']) {
    writeFileSync(join(dir, runFiles.run), text);
    await expect(readRunInfo(dir), text).rejects.toMatchObject({
      code: 'E_RUN_INVALID',
      message: `${join(dir, runFiles.run)} lacks id`,
    });
  }
});
