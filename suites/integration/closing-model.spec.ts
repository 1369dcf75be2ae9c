import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { tinyChat } from '../helpers/damaged-models.ts';

const run = promisify(execFile);

test('a process that closes a busy model ends when the model has, not before', async () => {
  const script = `
    import { loadModel } from ${JSON.stringify(join(packageRoot, 'engine/index.ts'))};
    const model = await loadModel(${JSON.stringify(tinyChat)});
    const abort = new AbortController();
    const requests = Array.from({ length: 8 }, () =>
      model.generate({ prompt: 'Explain the theory of relativity in detail', temperature: 2, maxTokens: 400, signal: abort.signal }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    await Promise.allSettled(requests);
    await model.close();
    console.log('closed');
  `;
  const { stdout } = await run(
    process.execPath,
    ['--import', './bin/typescript.js', '--input-type=module', '-e', script],
    {
      cwd: packageRoot,
    },
  );
  expect(stdout).toBe('closed\n');
});
