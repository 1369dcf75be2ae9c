/** What an ONNX file says of itself (onnx.proto3): inputs, outputs and where its weights lie. Read without loading
 *  them, and checked: ONNX Runtime believes what a file claims.
 *  Knows the container; knows nothing of what the graph computes. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors.ts';
import { BinaryFile } from './binary-file.ts';
import { ProtobufReader, type Field } from './protobuf-reader.ts';

/** A graph's input or output. */
export interface OnnxTensorType {
  readonly name: string;
  /** TensorProto.DataType. */
  readonly dataType: number;
  /** A size, or null where it is known only at run time. */
  readonly shape: readonly (number | null)[];
}

export interface OnnxFile {
  readonly path: string;
  readonly inputs: readonly OnnxTensorType[];
  readonly outputs: readonly OnnxTensorType[];
  readonly weights: readonly OnnxWeight[];
  /** Files beside it that hold weights, by path. */
  readonly dataFiles: readonly string[];
}

export interface OnnxWeight {
  readonly name: string;
  readonly elements: number;
  /** null: inside the file. */
  readonly external: {
    readonly location: string;
    readonly offset: number;
    readonly byteLength: number;
  } | null;
}

/** Bits of an element by TensorProto.DataType. */
const bitsPerElement: Readonly<Record<number, number>> = {
  1: 32,
  2: 8,
  3: 8,
  4: 16,
  5: 16,
  6: 32,
  7: 64,
  9: 8,
  10: 16,
  11: 64,
  12: 32,
  13: 64,
  14: 64,
  15: 128,
  16: 16,
  17: 8,
  18: 8,
  19: 8,
  20: 8,
  21: 4,
  22: 4,
  23: 4,
};

const MOST_DIMENSIONS = 16;

/** @throws EngineError E_MODEL_NOT_FOUND, E_CHECKPOINT_INVALID when a length, an offset or a size lies */
export async function readOnnxFile(path: string): Promise<OnnxFile> {
  const file = await BinaryFile.open(path);
  try {
    const reader = new ProtobufReader(file);
    let graph: Field | null = null;
    // To the end, so that a file that was cut off is told as such.
    for await (const field of reader.fields(0, file.byteLength)) if (field.number === 7) graph = field;
    if (!graph) throw reader.fault('it holds no graph');
    return await readGraph(path, reader, graph);
  } finally {
    await file.close();
  }
}

async function readGraph(path: string, reader: ProtobufReader, graph: Field): Promise<OnnxFile> {
  const inputs: OnnxTensorType[] = [];
  const outputs: OnnxTensorType[] = [];
  const weights: OnnxWeight[] = [];
  for await (const field of reader.fields(graph.start, graph.end)) {
    if (field.number === 5) weights.push(await readWeight(reader, field));
    else if (field.number === 11) inputs.push(await readTensorType(reader, field));
    else if (field.number === 12) outputs.push(await readTensorType(reader, field));
    else if (field.number === 15) throw reader.fault('it has sparse weights');
  }
  return { path, inputs, outputs, weights, dataFiles: await checkDataFiles(path, weights) };
}

async function readWeight(reader: ProtobufReader, tensor: Field): Promise<OnnxWeight> {
  const dims: bigint[] = [];
  let dataType = 0;
  let name = '';
  let rawBytes: number | null = null;
  let isExternal = false;
  const entries = new Map<string, string>();
  for await (const field of reader.fields(tensor.start, tensor.end)) {
    if (field.number === 1) {
      dims.push(...(field.end > 0 ? await reader.packed(field, MOST_DIMENSIONS) : [field.value]));
      if (dims.length > MOST_DIMENSIONS) throw reader.fault('a weight has more than 16 dimensions');
    } else if (field.number === 2) dataType = Number(field.value);
    else if (field.number === 8) name = await reader.text(field);
    else if (field.number === 9) rawBytes = field.end - field.start;
    else if (field.number === 13) await readEntry(reader, field, entries);
    else if (field.number === 14) isExternal = field.value === 1n;
  }
  const elements = elementsOf(reader, name, dims);
  const bits = bitsPerElement[dataType];
  const expected = bits === undefined ? null : Math.ceil((elements * bits) / 8);
  const wrong = (found: number) =>
    reader.fault(`${name} is (${dims.join(', ')}) of type ${dataType} in ${found} bytes`);
  if (rawBytes !== null && rawBytes !== expected) throw wrong(rawBytes);
  if (!isExternal) return { name, elements, external: null };
  const offset = numberOf(reader, name, entries.get('offset') ?? '0');
  const byteLength = numberOf(reader, name, entries.get('length') ?? String(expected));
  if (byteLength !== expected) throw wrong(byteLength);
  return { name, elements, external: { location: entries.get('location') ?? '', offset, byteLength } };
}

function elementsOf(reader: ProtobufReader, name: string, dims: readonly bigint[]): number {
  const elements = dims.reduce((product, size) => product * BigInt.asIntN(64, size), 1n);
  if (elements < 0n || elements > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw reader.fault(`${name} has the shape (${dims.join(', ')})`);
  }
  return Number(elements);
}

async function readEntry(reader: ProtobufReader, entry: Field, entries: Map<string, string>): Promise<void> {
  let key = '';
  let value = '';
  for await (const field of reader.fields(entry.start, entry.end)) {
    if (field.number === 1) key = await reader.text(field);
    else if (field.number === 2) value = await reader.text(field);
  }
  entries.set(key, value);
}

function numberOf(reader: ProtobufReader, name: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw reader.fault(`${name} lies at ${text.slice(0, 40)} of its file`);
}

async function readTensorType(reader: ProtobufReader, info: Field): Promise<OnnxTensorType> {
  let name = '';
  let dataType = 0;
  const shape: (number | null)[] = [];
  for await (const field of reader.fields(info.start, info.end)) {
    if (field.number === 1) name = await reader.text(field);
    if (field.number !== 2) continue;
    for await (const type of reader.fields(field.start, field.end)) {
      if (type.number !== 1) continue;
      for await (const part of reader.fields(type.start, type.end)) {
        if (part.number === 1) dataType = Number(part.value);
        else if (part.number === 2) await readShape(reader, part, shape);
      }
    }
  }
  return { name, dataType, shape };
}

async function readShape(reader: ProtobufReader, shape: Field, sizes: (number | null)[]): Promise<void> {
  for await (const dimension of reader.fields(shape.start, shape.end)) {
    if (sizes.length === MOST_DIMENSIONS) throw reader.fault('an input has more than 16 dimensions');
    let size: number | null = null;
    for await (const field of reader.fields(dimension.start, dimension.end)) {
      if (field.number === 1) size = Number(field.value);
    }
    sizes.push(size);
  }
}

/** Weights beside the graph: their files lie in the same folder, and are as long as the weights in them reach. */
async function checkDataFiles(path: string, weights: readonly OnnxWeight[]): Promise<string[]> {
  const ends = new Map<string, number>();
  for (const { name, external } of weights) {
    if (!external) continue;
    const { location, offset, byteLength } = external;
    // A location is data of a stranger: it stays inside the folder.
    if (!/^[\w-][\w.-]*$/.test(location)) {
      throw new EngineError('E_CHECKPOINT_INVALID', `${path}: ${name} lies in ${JSON.stringify(location)}`);
    }
    ends.set(location, Math.max(ends.get(location) ?? 0, offset + byteLength));
  }
  const files: string[] = [];
  for (const [location, end] of ends) {
    const file = join(dirname(path), location);
    const stats = await stat(file).catch(() => null);
    if (!stats?.isFile())
      throw new EngineError('E_MODEL_NOT_FOUND', `${path}: its weights, ${file}, are missing`);
    if (stats.size < end) {
      throw new EngineError(
        'E_CHECKPOINT_INVALID',
        `${path}: its weights reach to byte ${end}, ${file} has ${stats.size}`,
      );
    }
    files.push(file);
  }
  return files.sort();
}
