import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { findInHuggingfaceCache, huggingfaceCache } from '../../../../harness/models/huggingface-cache.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const model = { owner: 'owner', name: 'name', revision: 'main' };

let cache: string;
test.beforeEach(() => {
  cache = test.info().outputPath();
});

function put(path: string, text = ''): void {
  const file = join(cache, 'models--owner--name', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const find = (changes: Partial<typeof model> = {}): string =>
  findInHuggingfaceCache({ ...model, ...changes }, { HF_HUB_CACHE: cache });

test('follows a branch or tag to its snapshot, and takes a commit as it is', () => {
  put('refs/main', `${COMMIT}\n`);
  put('refs/refs/pr/1', COMMIT);
  put(`snapshots/${COMMIT}/config.json`, '{}');
  const snapshot = join(cache, 'models--owner--name/snapshots', COMMIT);
  for (const revision of ['main', 'refs/pr/1', COMMIT]) expect(find({ revision }), revision).toBe(snapshot);
});

test('opens the only .gguf file of a snapshot without config.json', () => {
  put('refs/main', COMMIT);
  put(`snapshots/${COMMIT}/model-q4.gguf`);
  expect(find()).toBe(join(cache, 'models--owner--name/snapshots', COMMIT, 'model-q4.gguf'));
  put(`snapshots/${COMMIT}/model-q8.gguf`);
  expect(find).toThrow(/model-q4\.gguf, model-q8\.gguf/);
});

test('says how to download what is not there, or only in part', () => {
  const missing = expect.objectContaining({
    code: 'E_MODEL_NOT_FOUND',
    exit: 3,
    remedy: 'Download it first: hf download owner/name --revision main',
  });
  expect(find).toThrow(missing);
  put('refs/main', COMMIT);
  expect(find).toThrow(missing);
  put(`snapshots/${COMMIT}/README.md`);
  expect(find).toThrow(missing);
});

test('follows no reference out of the snapshots', () => {
  put('refs/main', '../../..');
  expect(find).toThrow(expect.objectContaining({ code: 'E_MODEL_NOT_FOUND' }));
});

test('looks where huggingface_hub looks', () => {
  expect(huggingfaceCache({ HF_HUB_CACHE: '/a', HF_HOME: '/b' })).toBe('/a');
  expect(huggingfaceCache({ HUGGINGFACE_HUB_CACHE: '/a', HF_HOME: '/b' })).toBe('/a');
  expect(huggingfaceCache({ HF_HOME: '/b', XDG_CACHE_HOME: '/c' })).toBe('/b/hub');
  expect(huggingfaceCache({ XDG_CACHE_HOME: '/c' })).toBe('/c/huggingface/hub');
  expect(huggingfaceCache({})).toMatch(/\.cache\/huggingface\/hub$/);
});
