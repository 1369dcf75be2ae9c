/** Versions of what decides a run's numbers. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

const recorded = [
  'onnxruntime-node',
  '@huggingface/tokenizers',
  '@huggingface/jinja',
  'wink-nlp',
  '@playwright/test',
];

export async function versions(): Promise<Record<string, string>> {
  const entries = await Promise.all(recorded.map(async (name) => [name, await versionOf(name)] as const));
  return {
    '@modelgate/harness': await versionIn(packageRoot),
    node: process.versions.node,
    ...Object.fromEntries(entries),
  };
}

/** A package may not export its package.json, so it is looked for where Node would look. */
async function versionOf(name: string): Promise<string> {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const version = await versionIn(join(folder, name)).catch(() => null);
    if (version !== null) return version;
  }
  return 'not installed';
}

async function versionIn(folder: string): Promise<string> {
  return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
