import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';
import type { Equality } from '../../../helpers/device-equality.ts';
import { softwareAdapter } from '../../../helpers/software-adapter.ts';

/** Half a minute where nothing else runs. */
const DEADLINE_MS = 150_000;

test('WebGPU gives the processor’s greedy tokens and its logits within 1e-4, state on the device, in every batch', async () => {
  test.setTimeout(DEADLINE_MS + 30_000);
  const adapter = await softwareAdapter();
  test.skip('missing' in adapter, 'missing' in adapter ? adapter.missing : '');
  if ('missing' in adapter) return;
  const loader = ['--import', join(packageRoot, 'bin/typescript.js')];
  const script = join(packageRoot, 'suites/helpers/device-equality.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...loader, script, 'webgpu', 'float32', 'int4'],
    { env: adapter.env, timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
  );
  const results = JSON.parse(stdout) as Equality[];
  test.info().annotations.push({ type: 'largest difference', description: stdout });
  expect(results.map(({ precision }) => precision)).toEqual(['float32', 'int4']);
  for (const { precision, apart, ...held } of results) {
    expect(apart, precision).toBeLessThan(1e-4);
    expect(held, precision).toEqual({ tokensEqual: true, batchInvariant: true, locations: ['gpu-buffer'] });
  }
});
