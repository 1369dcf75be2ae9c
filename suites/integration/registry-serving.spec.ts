/** The registry as its users meet it, in processes of their own: a server that follows its alias under load, and
 *  commands that are handed a damaged version. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { request } from 'undici';
import { promote, resolveRegistryReference, rollback } from '../../harness/registry/index.ts';
import { harness, spawnHarness } from '../helpers/cli.ts';
import { tinyChat, untrained, writeDamaged } from '../helpers/damaged-models.ts';
import { temporaryFolder, writeRun } from '../unit/harness/registry/registry-fixture.ts';

/** A model is loaded while others keep the machine busy. */
const patient = { timeout: 90_000 };

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function promoteModel(model: string, name: string) {
  const runDir = await writeRun(home, `run-${name}`, model, { model: { dtype: 'float32', name: 'chat' } });
  return promote({ model, alias: 'production', runDir, home });
}

/** Changes one byte of the weights that the alias points at; returns what puts it right. */
async function damage(reference: string): Promise<() => Promise<void>> {
  const file = join((await resolveRegistryReference(reference, home)).path, 'model.safetensors');
  const bytes = await readFile(file);
  const changed = Buffer.from(bytes);
  changed[changed.length - 1]! ^= 1;
  await chmod(file, 0o644);
  await writeFile(file, changed);
  return () => writeFile(file, bytes);
}

/** Of standard output; rejects where the process ends before. */
async function firstLine(child: ChildProcess, ended: Promise<{ readonly stderr: string }>): Promise<string> {
  const line = once(createInterface({ input: child.stdout! }), 'line') as Promise<[string]>;
  const died = ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
  return (await Promise.race([line, died]))[0];
}

async function releaseAt(url: string): Promise<unknown> {
  const { body } = await request(`${url}/v1/models`);
  const { data } = (await body.json()) as { data: readonly { modelgate: { release: unknown } }[] };
  return data[0]!.modelgate.release;
}

/** Asks without a pause until it is stopped; resolves with how often each status was answered. */
function startLoad(url: string, clients: number): () => Promise<Record<string, number>> {
  const state = { goOn: true };
  const statuses: Record<string, number> = {};
  const ask = async (): Promise<void> => {
    while (state.goOn) {
      const status = await request(`${url}/generate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'What is the capital of France?', max_tokens: 24 }),
      }).then(
        async ({ statusCode, body }) => {
          await body.text();
          return String(statusCode);
        },
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  const asking = Array.from({ length: clients }, ask);
  return async () => {
    state.goOn = false;
    await Promise.all(asking);
    return statuses;
  };
}

test('serves what its alias points at by now, without a request lost, and keeps the old model where the new one is damaged', async () => {
  await promoteModel(tinyChat, 'first');
  const second = await writeDamaged(join(home, 'second'), untrained(7));
  const third = await writeDamaged(join(home, 'third'), untrained(8));
  const { process: child, ended } = spawnHarness(['serve', '--model', '@production', '--port', '0'], {
    env: { HARNESS_HOME: home },
  });
  const told: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => told.push(line));
  const line = await firstLine(child, ended);
  const [, url] = /^serving chat@1 \(@production, move 1\) at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line) ?? [];
  expect(url, line).toBeDefined();

  const stopLoad = startLoad(url!, 6);
  await promoteModel(second, 'second');
  child.kill('SIGHUP');
  const release = { name: 'chat', version: 2, alias: 'production', move: 2, override: null };
  await expect.poll(() => releaseAt(url!), patient).toEqual(release);

  await promoteModel(third, 'third');
  const mend = await damage('registry:chat@3');
  child.kill('SIGHUP');
  await expect
    .poll(() => told.join('\n'), patient)
    .toMatch(/@production cannot be followed, what was served goes on: E_REGISTRY: .* is damaged/);
  expect(await releaseAt(url!)).toEqual(release);

  await mend();
  await rollback({ alias: 'production', home });
  child.kill('SIGHUP');
  await expect.poll(() => releaseAt(url!), patient).toEqual({ ...release, move: 4 });
  child.kill('SIGHUP');
  await expect
    .poll(() => told.join('\n'), patient)
    .toContain('@production has not moved: chat@2 (@production, move 4)');
  const statuses = await stopLoad();
  expect(Object.keys(statuses)).toEqual(['200']);
  expect(statuses['200']).toBeGreaterThan(10);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('no command opens a version that is not as it was imported', async () => {
  await promoteModel(tinyChat, 'first');
  await damage('@production');
  const env = { HARNESS_HOME: home };
  const commands = [
    ['serve', '--port', '0', '--model', '@production'],
    ['generate', '--prompt', 'Hello', '--model', '@production'],
    ['generate', '--prompt', 'Hello', '--model', 'registry:chat@1'],
    ['run', 'api', '--out', join(home, 'out'), '--model', 'registry:chat@1'],
  ];
  for (const command of commands) {
    const { code, stderr } = await harness(command, { env });
    const told = command.join(' ');
    expect(stderr, told).toContain('E_REGISTRY: A model in the registry is damaged');
    expect(code, told).toBe(3);
  }
  const { code, stdout } = await harness(['models', 'verify'], { env });
  expect(code).toBe(3);
  expect(stdout).toMatch(/^✕ .*model\.safetensors has digest/);
});

test('follows an alias on its own where it is told how often to look, and nothing else', async () => {
  await promoteModel(tinyChat, 'first');
  const { process: child, ended } = spawnHarness(
    ['serve', '--model', '@production', '--port', '0', '--follow', '1', '--json'],
    { env: { HARNESS_HOME: home } },
  );
  const line = await firstLine(child, ended);
  const { url, release } = JSON.parse(line) as { url: string; release: object };
  expect(release).toMatchObject({ version: 1, move: 1 });
  await promoteModel(await writeDamaged(join(home, 'second'), untrained(7)), 'second');
  await expect.poll(() => releaseAt(url), patient).toMatchObject({ version: 2, move: 2 });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  const refused = await harness(['serve', '--model', 'tiny-chat', '--follow', '5']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--follow needs an alias')]);
});
