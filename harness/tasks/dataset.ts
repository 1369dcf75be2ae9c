/** Reads a dataset: JSON Lines of samples. Knows the file's form; knows nothing of tasks that use it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { isObject, isTexts, readJsonLines, type Fields } from './json-lines.ts';
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

function parseSamples(text: string, path: string): readonly Sample[] {
  const lineOfId = new Map<string, number>();
  const { values, faults } = readJsonLines(text, (fields, fault, line) =>
    readSample(fields, fault, line, lineOfId),
  );
  if (faults.length > 0) throw new HarnessError('E_DATA_INVALID', `${path}\n  ${faults.join('\n  ')}`);
  return values;
}

/** The sample that a line's fields are; null after `fault` was told what is wrong.
 *  @param lineOfId of the lines before, which may not have its id; this one is added */
export function readSample(
  fields: Fields,
  fault: (what: string) => null,
  line: number,
  lineOfId: Map<string, number>,
): Sample | null {
  const wrong = faultOf(fields);
  if (wrong !== null) return fault(wrong);
  const sample = fields as unknown as Sample;
  const earlier = lineOfId.get(sample.id);
  if (earlier !== undefined) return fault(`id ${JSON.stringify(sample.id)} is that of line ${earlier}`);
  lineOfId.set(sample.id, line);
  return sample;
}

/** What keeps the fields from being a sample; null where nothing does. */
function faultOf(fields: Fields): string | null {
  const { id, prompt, messages, references, cluster, tags, metadata } = fields;
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
  return null;
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
