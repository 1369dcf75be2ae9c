import { existsSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { fetchFromHuggingface } from '../../../../harness/models/huggingface-cache.ts';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';
import { COMMIT, startLocalHub, type LocalHub } from '../../../helpers/local-hub.ts';

const SECRET = 'hf_aSecretOfTheUser';
const source = join(packageRoot, 'fixtures/golden/engine/tiny-tied');
const model = { owner: 'owner', name: 'name', revision: 'main' };
const weights = readFileSync(join(source, 'model.safetensors'));

const files = new Map(readdirSync(source).map((name) => [name, readFileSync(join(source, name))]));
files.set('README.md', Buffer.from('# not wanted'));
files.set('../../outside', Buffer.from('not wanted either'));

let hub: LocalHub;
let cache: string;
let lines: string[];

test.beforeEach(async () => {
  hub = await startLocalHub('owner/name', files, new Set(['model.safetensors']));
  cache = test.info().outputPath('hub');
  lines = [];
});

test.afterEach(() => hub.close());

const environment = (extra: Record<string, string> = {}) => ({
  HF_ENDPOINT: hub.endpoint,
  HF_HOME: test.info().outputPath('home'),
  HF_HUB_CACHE: cache,
  ...extra,
});

const fetchModel = (extra: Record<string, string> = {}, revision = model.revision) =>
  fetchFromHuggingface({ ...model, revision }, environment(extra), (line) => lines.push(line));

const bodies = () =>
  hub.requests.filter((request) => request.startsWith('GET /') && !request.includes('/api/'));

test('downloads what the engine reads into the layout of huggingface_hub', async () => {
  const folder = await fetchModel();
  expect(folder).toBe(join(cache, 'models--owner--name/snapshots', COMMIT));
  expect(readdirSync(folder).toSorted()).toEqual([
    'chat_template.jinja',
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name)), name).toEqual(files.get(name));
    expect(readlinkSync(join(folder, name)), name).toMatch(/^..\/..\/blobs\/([0-9a-f]{40}|[0-9a-f]{64})$/);
  }
  expect(readFileSync(join(cache, 'models--owner--name/refs/main'), 'utf8')).toBe(COMMIT);
  expect(existsSync(test.info().outputPath('outside'))).toBe(false);
});

test('fetches again only what is new, and asks nothing for a commit that is there', async () => {
  await fetchModel();
  hub.requests.length = 0;
  await fetchModel();
  expect(bodies()).toEqual([]);
  hub.requests.length = 0;
  await fetchModel({}, COMMIT);
  expect(hub.requests).toEqual([]);
  // A new commit with the same weights: the blob is there.
  hub.commit = 'f'.repeat(40);
  const folder = await fetchModel();
  expect(folder).toContain(hub.commit);
  expect(bodies()).toEqual([]);
});

test('goes on where a connection broke, and ends with the same bytes', async () => {
  hub.breakAfter = { bytes: 20_000, times: 3 };
  const folder = await fetchModel();
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(weights);
  const ranges = hub.requests.filter((request) => /GET \/model\.safetensors bytes=/.test(request));
  expect(ranges).toEqual([20_000, 40_000, 60_000].map((from) => `GET /model.safetensors bytes=${from}-`));
});

test('begins anew with a server that knows no ranges', async () => {
  hub.breakAfter = { bytes: 30_000, times: 1 };
  hub.ignoresRanges = true;
  const folder = await fetchModel();
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(weights);
});

test('goes on in the next process with what an earlier one left', async () => {
  hub.breakAfter = { bytes: 1000, times: 1 };
  hub.status = null;
  const blobs = join(cache, 'models--owner--name/blobs');
  // The whole server goes away after the first part.
  const interrupted = fetchModel();
  await expect
    .poll(() => existsSync(blobs) && readdirSync(blobs).some((name) => name.endsWith('.incomplete')))
    .toBe(true);
  await hub.close();
  await expect(interrupted).rejects.toMatchObject({ code: 'E_HUB' });
  expect(existsSync(join(cache, 'models--owner--name/refs/main'))).toBe(false);
  hub = await startLocalHub('owner/name', files, new Set(['model.safetensors']));
  expect(readFileSync(join(await fetchModel(), 'model.safetensors'))).toEqual(weights);
});

test('refuses bytes that are not what the hub names, and keeps none of them', async () => {
  hub.corrupts = true;
  await expect(fetchModel()).rejects.toMatchObject({
    code: 'E_CHECKPOINT_INVALID',
    message: expect.stringMatching(
      /model\.safetensors has the digest [0-9a-f]{64}, the hub says [0-9a-f]{64}/,
    ),
  });
  const blobs = readdirSync(join(cache, 'models--owner--name/blobs'));
  expect(blobs.filter((name) => name.endsWith('.incomplete') || name.length === 64)).toEqual([]);
  hub.corrupts = false;
  expect(statSync(join(await fetchModel(), 'model.safetensors')).size).toBe(weights.length);
});

test('uses the cache when the hub does not answer, and says so', async () => {
  const folder = await fetchModel();
  hub.status = 503;
  lines = [];
  expect(await fetchModel()).toBe(folder);
  expect(lines.join()).toMatch(/status 503.*Using what the cache holds of hf:owner\/name@main/);
  await hub.close();
  expect(await fetchModel()).toBe(folder);
  await expect(fetchModel({}, 'other')).rejects.toMatchObject({ code: 'E_HUB', exit: 3 });
});

test('asks nothing at all with HF_HUB_OFFLINE', async () => {
  await expect(fetchModel({ HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
  expect(hub.requests).toEqual([]);
  const folder = await fetchModel();
  hub.requests.length = 0;
  expect(await fetchModel({ HF_HUB_OFFLINE: '1' })).toBe(folder);
  expect(hub.requests).toEqual([]);
});

test('shows its token to the hub alone, and to nobody in an error or a line', async () => {
  hub.token = SECRET;
  await expect(fetchModel()).rejects.toMatchObject({
    code: 'E_MODEL_NOT_FOUND',
    remedy: expect.stringContaining('set HF_TOKEN'),
  });
  await fetchModel({ HF_TOKEN: SECRET });
  expect(hub.leaked).toEqual([]);
  const said = [lines.join()];
  for (const status of [401, 403, 404, 500]) {
    hub.status = status;
    const error: unknown = await fetchModel({ HF_TOKEN: SECRET }, 'other').catch((each: unknown) => each);
    const { message, remedy, stack } = error as { message: string; remedy: string; stack: string };
    said.push(message, remedy, stack);
  }
  await hub.close();
  const gone = (await fetchModel({ HF_TOKEN: SECRET }, 'other').catch((each: unknown) => each)) as Error;
  said.push(gone.message, String(gone.stack), String(gone.cause));
  expect(said.join()).not.toContain(SECRET);
  const password = environment({ HF_ENDPOINT: `http://user:${SECRET}@127.0.0.1:1` });
  await expect(fetchFromHuggingface(model, password)).rejects.not.toThrow(SECRET);
});
