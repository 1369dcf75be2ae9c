/** The inference graph of a checkpoint, ready for ONNX Runtime: small models as bytes, larger ones as files that it
 *  maps into memory, written once and kept by digest.
 *  Knows folders and files; knows nothing of what the graph computes. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfFile } from '../checkpoint/binary-file.ts';
import { knownDigestOf, ownTemporaryFolder } from '../checkpoint/known-digests.ts';
import { digestOfValue } from '../checkpoint/canonical-json.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { graphForms, type GraphFormName } from '../nn/attention-forms.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import { buildInferenceGraph, INFERENCE_GRAPH_VERSION, type WeightPlacer } from '../nn/inference-graph.ts';
import { precisions, type Precision } from '../nn/precision.ts';
import { OnnxGraph, type TypedData, type Value } from '../onnx/graph.ts';
import { elementCount } from '../tensor/dtype.ts';
import { roundsLoneRows } from './lone-rows.ts';

/** ONNX Runtime maps external data at multiples of the page size. */
const ALIGNMENT = 4096;

/** Up to this many parameters, weights stay inside the graph: nothing is written, and start is as fast. */
const INLINE_PARAMETERS = 16e6;

const WEIGHTS_FILE = 'weights.bin';
const GRAPH_FILE = 'model.onnx';
/** SHA-256 of the two. */
const DIGESTS_FILE = 'digests.json';

/** Graphs in one folder; each is as large as its model. */
const MOST_KEPT = 8;

const DRAFT = /^draft-\d+-[0-9a-f-]{36}$/;

/** Nobody writes a draft any more whose files have not grown for so long: its process was killed. Whether that process
 *  lives is not asked: the folder may be shared with other machines. */
const ABANDONED_MS = 60 * 60 * 1000;
type BuildGraph = (graph: OnnxGraph, weights: WeightPlacer) => Promise<void>;

export function parameterCountOf(checkpoint: Checkpoint): number {
  return parametersOf(checkpoint.spec).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** The graph's bytes, or the path of its file.
 *  @param precision of the matrices
 *  @param cacheFolder where files are kept; null: among the temporary files
 *  @param inlineParameters the largest model whose weights stay inside the graph
 *  @param adapters whether adapters are inputs of the graph
 *  @param form what the graph is built for */
export async function prepareGraph(
  checkpoint: Checkpoint,
  precision: Precision = 'float32',
  cacheFolder: string | null = null,
  inlineParameters = INLINE_PARAMETERS,
  adapters = false,
  form: GraphFormName = 'inPlace',
): Promise<Uint8Array | string> {
  const rowsApart = await needsRowsApart(precision, form);
  const build = (graph: OnnxGraph, weights: WeightPlacer) =>
    buildInferenceGraph(graph, checkpoint.spec, precision, weights, graphForms[form], {
      adapters,
      rowsApart,
    });
  if (parameterCountOf(checkpoint) <= inlineParameters) {
    const graph = new OnnxGraph();
    const placed = new WeakMap<TypedData, Value>();
    const weights: WeightPlacer = {
      read: (name) => checkpoint.weights.read(name),
      place(name, dtype, shape, data) {
        const known = placed.get(data) ?? graph.constant(dtype, shape, data, name);
        placed.set(data, known);
        const isSame = known.shape.join() === shape.join();
        return Promise.resolve(isSame ? known : graph.apply('Reshape', [known, graph.int64(shape)], shape));
      },
    };
    await build(graph, weights);
    return graph.encode();
  }
  const root = cacheFolder ?? (await ownTemporaryFolder());
  await mkdir(root, { recursive: true });
  const key = digestOfValue([
    checkpoint.digests.weights,
    checkpoint.spec,
    INFERENCE_GRAPH_VERSION,
    precision,
    precisions[precision],
    ...(checkpoint.digests.adapter === undefined ? [] : [checkpoint.digests.adapter]),
    ...(adapters ? ['adapters'] : []),
    ...(form === 'inPlace' ? [] : [form]),
    ...(rowsApart ? ['rows apart'] : []),
  ]);
  const folder = join(root, key.replace('sha256:', ''));
  const isKept = existsSync(folder);
  if (!isKept || !(await isWhole(folder))) {
    // What another process has put there meanwhile is whole.
    if (isKept) await rm(folder, { recursive: true, force: true });
    await writeFolder(checkpoint, build, root, folder);
    await dropOldest(root, folder);
    await dropAbandoned(root);
  }
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
  return join(folder, GRAPH_FILE);
}

/** Where a single row would be rounded otherwise than beside others, each goes by itself, or an answer would depend on
 *  its neighbours. A device runs rows one by one anyway. */
async function needsRowsApart(precision: Precision, form: GraphFormName): Promise<boolean> {
  const { layers } = precisions[precision];
  return form === 'inPlace' && layers !== null && roundsLoneRows(layers, graphForms[form].accuracyLevel);
}

/** Whether a kept graph is what was written: it would be run as it lies. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const told = JSON.parse(await readFile(join(folder, DIGESTS_FILE), 'utf8')) as Record<string, unknown>;
    for (const name of [GRAPH_FILE, WEIGHTS_FILE]) {
      if (told[name] !== (await knownDigestOf(join(folder, name)))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Leaves the graphs used last. One that another process still runs stays mapped until it ends. */
async function dropOldest(root: string, newest: string): Promise<void> {
  const kept: { readonly path: string; readonly usedMs: number }[] = [];
  for (const name of await readdir(root)) {
    const path = join(root, name);
    if (!/^[0-9a-f]{64}$/.test(name) || path === newest) continue;
    const stats = await stat(path).catch(() => null);
    if (stats) kept.push({ path, usedMs: stats.mtimeMs });
  }
  kept.sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of kept.slice(MOST_KEPT - 1)) await rm(path, { recursive: true, force: true });
}

/** What loads that were killed have left. */
async function dropAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!DRAFT.test(name)) continue;
    const path = join(root, name);
    const written: number[] = [];
    for (const part of [path, join(path, WEIGHTS_FILE), join(path, GRAPH_FILE)]) {
      const stats = await stat(part).catch(() => null);
      if (stats) written.push(stats.mtimeMs);
    }
    if (Date.now() - Math.max(...written) > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Written beside and renamed: complete or absent. Of several processes at once the first to finish wins; the
 *  others' work is dropped, since it is the same. */
async function writeFolder(
  checkpoint: Checkpoint,
  build: BuildGraph,
  root: string,
  folder: string,
): Promise<void> {
  const draft = join(root, `draft-${process.pid}-${randomUUID()}`);
  await mkdir(draft);
  try {
    const file = await open(join(draft, WEIGHTS_FILE), 'w');
    const graph = new OnnxGraph();
    try {
      await writeGraph(checkpoint, build, graph, file);
      await file.sync();
    } finally {
      await file.close();
    }
    await writeFile(join(draft, GRAPH_FILE), graph.encode(), { flush: true });
    const digests: Record<string, string> = {};
    for (const name of [GRAPH_FILE, WEIGHTS_FILE]) digests[name] = await digestOfFile(join(draft, name));
    await writeFile(join(draft, DIGESTS_FILE), JSON.stringify(digests), { flush: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

async function writeGraph(
  checkpoint: Checkpoint,
  build: BuildGraph,
  graph: OnnxGraph,
  file: FileHandle,
): Promise<void> {
  let end = 0;
  const placed = new WeakMap<TypedData, number>();
  const append = async (data: TypedData) => {
    const start = end;
    end = Math.ceil((start + data.byteLength) / ALIGNMENT) * ALIGNMENT;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    let written = 0;
    while (written < bytes.byteLength) {
      const left = bytes.byteLength - written;
      written += (await file.write(bytes, written, left, start + written)).bytesWritten;
    }
    placed.set(data, start);
    return start;
  };
  const weights: WeightPlacer = {
    read: (name) => checkpoint.weights.read(name),
    async place(name, dtype, shape, data) {
      const offset = placed.get(data) ?? (await append(data));
      return graph.external(name, dtype, shape, {
        location: WEIGHTS_FILE,
        offset,
        byteLength: data.byteLength,
      });
    },
  };
  await build(graph, weights);
}
