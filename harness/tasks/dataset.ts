/** Reads a dataset: JSON Lines of samples. Knows the file's form; knows nothing of tasks that use it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { packageRoot } from './package-root.ts';
import type { Dataset, Sample } from './task.ts';

/** Where `<name>/data.jsonl` lies: the bundled sets, or the folder a user gave in their place. */
function datasetPath(name: string, folder: string = join(packageRoot, 'datasets')): string {
  return join(folder, name, 'data.jsonl');
}

/** @throws HarnessError E_FILE_NOT_FOUND, E_DATASET_EMPTY, E_DATA_INVALID with every faulty line */
export async function loadDataset(name: string, folder?: string): Promise<Dataset> {
  const path = datasetPath(name, folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `Dataset ${name}: ${path} cannot be read`, { cause });
  }
  const samples = parseSamples(text, path);
  if (samples.length === 0)
    throw new HarnessError('E_DATASET_EMPTY', `Dataset ${name}: ${path} has no samples`);
  return { name, digest: `sha256:${createHash('sha256').update(text).digest('hex')}`, samples };
}

function parseSamples(text: string, path: string): Sample[] {
  const faults: string[] = [];
  const samples: Sample[] = [];
  const lineOfId = new Map<string, number>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const parsed = parseSample(line);
    if (typeof parsed === 'string') {
      faults.push(`line ${index + 1}: ${parsed}`);
      return;
    }
    const earlier = lineOfId.get(parsed.id);
    if (earlier !== undefined)
      faults.push(`line ${index + 1}: id ${JSON.stringify(parsed.id)} is that of line ${earlier}`);
    lineOfId.set(parsed.id, index + 1);
    samples.push(parsed);
  });
  if (faults.length > 0) throw new HarnessError('E_DATA_INVALID', `${path}\n  ${faults.join('\n  ')}`);
  return samples;
}

/** The sample, or what is wrong with the line. */
function parseSample(line: string): Sample | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'not an object';
  const { id, prompt, messages, references, cluster, tags, metadata } = value as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return 'id is missing or empty';
  if (prompt === undefined && messages === undefined) return 'neither a prompt nor messages';
  if (prompt !== undefined && (typeof prompt !== 'string' || prompt === '')) return 'prompt is no text';
  if (messages !== undefined && !isConversation(messages)) {
    return 'messages is no list of {"role": "…", "content": "…"}';
  }
  // A text has length and includes as a list has them: scored as a list it would give wrong numbers.
  if (references !== undefined && !isTexts(references)) return 'references is no list of texts';
  if (tags !== undefined && !isTexts(tags)) return 'tags is no list of texts';
  if (cluster !== undefined && (typeof cluster !== 'string' || cluster === '')) return 'cluster is no text';
  if (metadata !== undefined && !isObject(metadata)) return 'metadata is no object';
  return value as Sample;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isConversation(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (message) =>
        isObject(message) && typeof message['role'] === 'string' && typeof message['content'] === 'string',
    )
  );
}
