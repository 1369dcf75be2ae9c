/** Fetching against a server on this machine: whole files, broken ones, others than those pinned. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { fetchSet, type FetchOptions } from '../../../../harness/recipes/fetch-set.ts';
import { openSet } from '../../../../harness/recipes/fetched.ts';
import type { Recipe, Source } from '../../../../harness/recipes/recipe.ts';

const FILE = 'data/rows.csv';
const TEXT = `id,prompt\n${Array.from({ length: 2_000 }, (_, i) => `${i},question ${i}`).join('\n')}\n`;
const SHA256 = `sha256:${createHash('sha256').update(TEXT).digest('hex')}` as const;
const GIT = `git:${createHash('sha1')
  .update(`blob ${Buffer.byteLength(TEXT)}\0`)
  .update(TEXT)
  .digest('hex')}` as const;

const github: Source = { host: 'github', repository: 'someone/set', revision: 'abc123' };

function recipe(over: Partial<Recipe> = {}): Recipe {
  return {
    name: 'sample-set',
    title: 'Sample set',
    paper: 'Nobody 2026, arXiv:2601.00001',
    licence: 'MIT',
    source: github,
    files: [{ path: FILE, digest: SHA256 }],
    scoring: 'none',
    defaultFewShot: null,
    convert: async (files) =>
      (await files.rows(FILE)).map(({ fields }) => ({
        id: String(fields['id']),
        prompt: String(fields['prompt']),
      })),
    tasks: () => [],
    ...over,
  };
}

interface Site {
  readonly url: string;
  readonly requests: string[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;

async function serve(answer: Answer): Promise<Site> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    requests.push([request.url, range, authorization].filter(Boolean).join(' '));
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const whole: Answer = (_, response) => response.end(TEXT);

function options(site: Site, folder: string, over: Partial<FetchOptions> = {}): FetchOptions {
  return {
    folder,
    from: null,
    fewShot: null,
    unpinned: false,
    hosts: { github: site.url, huggingface: site.url, token: 'hf_secret' },
    report: () => {},
    ...over,
  };
}

test('downloads, checks and converts; a second time asks nothing', async () => {
  const info = test.info();
  const site = await serve(whole);
  const folder = info.outputPath('sets');
  const record = await fetchSet(recipe(), options(site, folder));
  expect(record).toMatchObject({ samples: 2_000, revision: 'abc123', licence: 'MIT' });
  expect(record.files).toEqual([
    { path: FILE, sha256: SHA256, bytes: Buffer.byteLength(TEXT), verified: true },
  ]);
  const set = (await openSet(recipe(), folder))!;
  expect(set.signature).toBe(`set:sample-set@abc123|data:${record.digest.slice(7, 19)}`);
  expect((await set.dataset()).samples[1]).toEqual({ id: '1', prompt: 'question 1' });
  await fetchSet(recipe(), options(site, folder));
  // The hub's token goes to no other host.
  expect(site.requests).toEqual(['/someone/set/abc123/data/rows.csv']);
  await site.close();
});

test('goes on where a download broke off', async () => {
  const info = test.info();
  const site = await serve((request, response, number) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': TEXT.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${TEXT.length - 1}/${TEXT.length}` }),
    });
    if (number === 1) response.write(TEXT.slice(0, 1_000), () => setTimeout(() => response.destroy(), 50));
    else response.end(TEXT.slice(from));
  });
  const record = await fetchSet(recipe(), options(site, info.outputPath('sets')));
  expect(record.files[0]!.verified).toBe(true);
  expect(site.requests).toEqual([
    '/someone/set/abc123/data/rows.csv',
    '/someone/set/abc123/data/rows.csv bytes=1000-',
  ]);
  await site.close();
});

test('knows a file by the name that git gives it', async () => {
  const info = test.info();
  const site = await serve(whole);
  const files = [{ path: FILE, digest: GIT }];
  const record = await fetchSet(recipe({ files }), options(site, info.outputPath('sets')));
  expect(record.files[0]).toMatchObject({ sha256: SHA256, verified: true });
  await site.close();
});

test('refuses another file than the pinned one; takes it unverified where that is asked', async () => {
  const info = test.info();
  const site = await serve((_, response) => response.end(`${TEXT}9999,added\n`));
  const folder = info.outputPath('sets');
  await expect(fetchSet(recipe(), options(site, folder))).rejects.toMatchObject({ code: 'E_DATA_INVALID' });
  expect(await openSet(recipe(), folder)).toBeNull();
  const record = await fetchSet(recipe(), options(site, folder, { unpinned: true }));
  expect(record.files[0]!.verified).toBe(false);
  expect((await openSet(recipe(), folder))!.signature).toContain('set:sample-set@unverified|');
  await site.close();
});

test('an unpinned file is unverified, and the hub is asked with its token', async () => {
  const info = test.info();
  const site = await serve(whole);
  const source: Source = { host: 'huggingface', dataset: 'owner/set', revision: 'r1' };
  const hub = recipe({ source, files: [{ path: FILE, digest: null }] });
  const record = await fetchSet(hub, options(site, info.outputPath('sets')));
  expect(record.files[0]!.verified).toBe(false);
  expect(site.requests).toEqual(['/datasets/owner/set/resolve/r1/data/rows.csv Bearer hf_secret']);
  await site.close();
});

test('says what the source answers, once, and that a copy will do', async () => {
  const info = test.info();
  const site = await serve((_, response) => response.writeHead(404).end());
  const refused = fetchSet(recipe(), options(site, info.outputPath('sets')));
  await expect(refused).rejects.toMatchObject({
    code: 'E_DOWNLOAD',
    remedy: expect.stringContaining('--from'),
  });
  expect(site.requests.length).toBe(1);
  await site.close();
});

test('finds a file here by its name or, under any name, by its digest', async () => {
  const info = test.info();
  const site = await serve(whole);
  const folder = info.outputPath('sets');
  const renamed = info.outputPath('renamed.txt');
  await writeFile(renamed, TEXT);
  for (const from of [info.outputPath(), renamed]) {
    const record = await fetchSet(recipe(), options(site, folder, { from }));
    expect(record.files[0]!.verified).toBe(true);
  }
  expect(site.requests).toEqual([]);
  await site.close();
});

test('a set that was changed by hand is no longer that set', async () => {
  const info = test.info();
  const site = await serve(whole);
  const folder = info.outputPath('sets');
  await fetchSet(recipe(), options(site, folder));
  const path = join(folder, 'sample-set', 'data.jsonl');
  await writeFile(path, (await readFile(path, 'utf8')).replace('question 5', 'question five'));
  const set = (await openSet(recipe(), folder))!;
  await expect(set.dataset()).rejects.toMatchObject({ code: 'E_DATA_INVALID' });
  await site.close();
});
