/** The samples of a task: lines or rows of a file, or values, with the prompt made from their fields.
 *  Knows lines and templates; how a file is read is `data/`'s. */
import { basename, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChatMessage } from '../../engine/index.ts';
import { readableExtensions, readRows, readText } from '../data/rows.ts';
import { HarnessError } from '../errors.ts';
import { digestOf, digestOfJson } from '../runs/digest.ts';
import { loadDataset, readSample } from '../tasks/dataset.ts';
import { isObject, isTexts, readJsonLines, type Fields } from '../tasks/json-lines.ts';
import type { Dataset, Sample } from '../tasks/task.ts';
import { fill, valueAt } from './template.ts';

/** Where in a line what stands. Without any of them lines are samples as they are. */
export interface SampleMapping {
  /** Template of the prompt. */
  readonly prompt?: string;
  /** Template of a system message before it. */
  readonly system?: string;
  /** Dotted path of a text or a list of texts; default `references`. */
  readonly references?: string;
  /** Dotted path of what samples that are not independent share; default `cluster`. */
  readonly clusters?: string;
  /** Dotted path of a text or a list of texts; default `tags`. */
  readonly tags?: string;
}

/** Bundled or in a folder by name (`facts`), a data file or folder by its absolute path, or the lines themselves. */
export type DatasetSource =
  | { readonly name: string }
  | { readonly path: string }
  | { readonly lines: readonly object[]; readonly name: string };

/** Whether a dataset is named by its path and not by its name. */
export function isDataPath(asked: string): boolean {
  return /[\\/]/.test(asked) || readableExtensions.includes(extname(asked).toLowerCase());
}

/** A file by its URL or its path from the current folder, or a folder of files by a path with a slash; else a bundled set by
 *  its name. */
export function datasetSource(asked: string | URL): DatasetSource {
  if (asked instanceof URL) return { path: fileURLToPath(asked) };
  return isDataPath(asked) ? { path: resolve(asked) } : { name: asked };
}

/** @param folder of datasets that stand in place of the bundled ones
 *  @throws HarnessError E_FILE_NOT_FOUND, E_DATASET_EMPTY, E_DATA_INVALID with every faulty line */
export async function taskDataset(
  source: DatasetSource,
  mapping: SampleMapping,
  folder?: string,
): Promise<Dataset> {
  if ('path' in source) {
    const name = basename(source.path, extname(source.path));
    const mapped = Object.values(mapping).some((each) => each !== undefined);
    if (extname(source.path).toLowerCase() !== '.jsonl') {
      const rows = await readRows(source.path);
      const text = jsonLines(rows.map(({ fields }) => fields));
      const places = rows.map(({ place }) => place);
      return { ...parse(text, source.path, name, mapped ? mapping : null, places), path: source.path };
    }
    const text = await readText(source.path);
    return {
      ...parse(text, source.path, name, mapped ? mapping : null),
      ...(!mapped && { digest: digestOf(text) }),
      path: source.path,
    };
  }
  if ('lines' in source) return parse(jsonLines(source.lines), source.name, source.name, mapping);
  const dataset = await loadDataset(source.name, folder);
  if (Object.values(mapping).every((each) => each === undefined)) return dataset;
  return parse(jsonLines(dataset.samples), dataset.name, dataset.name, mapping);
}

function jsonLines(values: readonly object[]): string {
  return values.map((value) => JSON.stringify(value)).join('\n');
}

/** Its digest is of what is asked, not of what is read: another template makes another dataset. */
function parse(
  text: string,
  where: string,
  name: string,
  mapping: SampleMapping | null,
  /** Where each line stood, if not where it is. */
  places: readonly string[] | null = null,
): Dataset {
  const lineOfId = new Map<string, number>();
  const { values: samples, faults } = readJsonLines(text, (fields, fault, line) => {
    const made = mapping === null ? fields : mapLine(fields, mapping, line, fault);
    return made && readSample(made, fault, line, lineOfId);
  });
  const placed = places
    ? faults.map((fault) => fault.replace(/^line (\d+)/, (line, n) => places[Number(n) - 1] ?? line))
    : faults;
  if (placed.length > 0) throw new HarnessError('E_DATA_INVALID', `${where}\n  ${placed.join('\n  ')}`);
  if (samples.length === 0) throw new HarnessError('E_DATASET_EMPTY', `Dataset ${where} has no samples`);
  return { name, digest: digestOfJson(samples), samples };
}

const OWN_KEYS = new Set(['id', 'prompt', 'messages', 'references', 'tags', 'cluster', 'metadata']);

/** The line as a sample; what it holds beside is its metadata. */
function mapLine(
  fields: Fields,
  mapping: SampleMapping,
  line: number,
  fault: (what: string) => null,
): Fields | null {
  const input = inputOf(fields, mapping, fault);
  if (!input) return null;
  const sample: Record<string, unknown> = { id: fields['id'] ?? `line-${line}`, ...input };
  for (const key of ['references', 'tags'] as const) {
    const path = mapping[key];
    const value = valueAt(fields, path ?? key);
    if (value === undefined && path === undefined) continue;
    const texts = typeof value === 'string' || typeof value === 'number' ? [String(value)] : value;
    if (!isTexts(texts))
      return fault(`${path ?? key} is ${value === undefined ? 'missing' : 'no list of texts'}`);
    sample[key] = texts;
  }
  const cluster = valueAt(fields, mapping.clusters ?? 'cluster');
  if (cluster !== undefined) sample['cluster'] = typeof cluster === 'number' ? String(cluster) : cluster;
  else if (mapping.clusters !== undefined) return fault(`${mapping.clusters}, the cluster, is missing`);
  const { metadata } = fields;
  const beside = Object.entries(fields).filter(([key]) => !OWN_KEYS.has(key));
  sample['metadata'] = isObject(metadata)
    ? { ...Object.fromEntries(beside), ...metadata }
    : Object.fromEntries(beside);
  return sample;
}

function inputOf(
  fields: Fields,
  mapping: SampleMapping,
  fault: (what: string) => null,
): Pick<Sample, 'prompt' | 'messages'> | null {
  const { prompt, messages } = fields as Partial<Sample>; // checked as a sample's afterwards
  const asked = mapping.prompt === undefined ? null : fill(mapping.prompt, fields);
  if (asked && 'fault' in asked) return fault(asked.fault);
  const system = mapping.system === undefined ? null : fill(mapping.system, fields);
  if (system && 'fault' in system) return fault(system.fault);
  if (!system) {
    if (asked) return { prompt: asked.text };
    return { ...(prompt !== undefined && { prompt }), ...(messages !== undefined && { messages }) };
  }
  const first = { role: 'system', content: system.text } as const;
  if (!asked && Array.isArray(messages))
    return { messages: [first, ...(messages as readonly ChatMessage[])] };
  const content = asked?.text ?? prompt;
  if (content === undefined || content === '') return fault('neither a prompt nor messages');
  return { messages: [first, { role: 'user', content }] };
}
