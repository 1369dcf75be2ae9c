import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';
import { softwareAdapter } from '../../../helpers/software-adapter.ts';
import type { TrainingEquality } from '../../../helpers/training-equality.ts';

const DEADLINE_MS = 150_000;

test('trains on WebGPU with the processor’s gradients, and resumes there to the last bit', async () => {
  test.setTimeout(DEADLINE_MS + 30_000);
  const adapter = await softwareAdapter();
  test.skip('missing' in adapter, 'missing' in adapter ? adapter.missing : '');
  if ('missing' in adapter) return;
  const loader = ['--import', join(packageRoot, 'bin/typescript.js')];
  const script = join(packageRoot, 'suites/helpers/training-equality.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...loader, script, 'webgpu'], {
    env: adapter.env,
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  test.info().annotations.push({ type: 'largest differences', description: stdout });
  const { gradients, losses, parameters, resumes } = JSON.parse(stdout) as TrainingEquality;
  // All of a decoder of two layers: nine of each, the embedding, the last norm.
  expect(Object.keys(gradients)).toHaveLength(20);
  for (const [name, apart] of Object.entries(gradients)) expect(apart, name).toBeLessThan(1e-4);
  expect(Math.max(...losses)).toBeLessThan(1e-4);
  expect(parameters).toBeLessThan(1e-3);
  expect(resumes).toBe(true);
});
