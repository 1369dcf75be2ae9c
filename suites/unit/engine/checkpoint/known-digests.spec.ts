import { chmod, copyFile, mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { digestOfFile } from '../../../../engine/checkpoint/binary-file.ts';
import { knownDigestOf, ownTemporaryFolder } from '../../../../engine/checkpoint/known-digests.ts';

const LONG = 1 << 20;
let usual: string | undefined;

test.beforeEach(async () => {
  usual = process.env['TMPDIR'];
  process.env['TMPDIR'] = test.info().outputPath('temporary');
  await mkdir(process.env['TMPDIR'], { recursive: true });
});

test.afterEach(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
});

/** What is remembered, the digests alone. */
async function remembered(): Promise<string[]> {
  const list = join(await ownTemporaryFolder(), 'digests.json');
  const text = await readFile(list, 'utf8').catch(() => '[]');
  return (JSON.parse(text) as [string, string][]).map(([, digest]) => digest);
}

/** A file that has not been written for longer than a clock's tick. */
async function settledFile(name: string, fill: number): Promise<string> {
  const path = test.info().outputPath(name);
  await writeFile(path, Buffer.alloc(LONG, fill));
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  return path;
}

test('remembers the digest of a file that is not written any more, and reads it anew when it is', async () => {
  const path = await settledFile('weights', 1);
  const digest = await digestOfFile(path);
  expect(await knownDigestOf(path)).toBe(digest);
  expect(await remembered()).toEqual([digest]);
  expect(await knownDigestOf(path)).toBe(digest);

  // Other bytes, the size and the time of the last write as before.
  const past = new Date(Date.now() - 60_000);
  await utimes(path, past, past);
  await writeFile(path, Buffer.alloc(LONG, 2));
  await utimes(path, past, past);
  expect(await knownDigestOf(path)).toBe(await digestOfFile(path));
  await truncate(path, LONG - 1);
  expect(await knownDigestOf(path)).toBe(await digestOfFile(path));
  const copy = test.info().outputPath('copy');
  await copyFile(path, copy);
  expect(await knownDigestOf(copy)).toBe(await digestOfFile(copy));
});

test('does not remember what was written a moment ago, nor small files', async () => {
  const path = test.info().outputPath('weights');
  for (const size of [LONG, 3]) {
    await writeFile(path, Buffer.alloc(size, 1));
    expect(await knownDigestOf(path)).toBe(await digestOfFile(path));
  }
  expect(await remembered()).toEqual([]);
});

test('does not believe a list that is damaged, or in a folder that others can write', async () => {
  const path = await settledFile('weights', 1);
  const digest = await digestOfFile(path);
  await knownDigestOf(path);
  const list = join(await ownTemporaryFolder(), 'digests.json');
  const told = await readFile(list, 'utf8');
  const lies = told.replace(digest, `sha256:${'0'.repeat(64)}`);
  for (const damaged of ['', '{', '[1]', told.replace(digest, 'x')]) {
    await writeFile(list, damaged);
    expect(await knownDigestOf(path), damaged).toBe(digest);
  }
  await writeFile(list, lies);
  if (process.getuid === undefined) return;
  await chmod(await ownTemporaryFolder(), 0o777);
  expect(await knownDigestOf(path)).toBe(digest);
});
