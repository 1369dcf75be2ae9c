/** Weights in safetensors files (github.com/huggingface/safetensors, format of version 0.x): a length, a JSON
 *  header of names, types, shapes and byte ranges, then the bytes. */
import { EngineError } from '../errors.ts';
import { bfloat16ToFloat32, bytesPerElement, elementCount, float16ToFloat32 } from '../tensor/dtype.ts';
import { BinaryFile } from './binary-file.ts';
import type { WeightSource } from './checkpoint.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** The reference implementation's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

const storedDTypes = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;
type StoredDType = keyof typeof storedDTypes;

interface TensorEntry {
  readonly file: BinaryFile;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly byteLength: number;
}

/** Opens one file, or the shards of one checkpoint.
 *  @throws EngineError E_CHECKPOINT_INVALID when a header lies about its file */
export async function openSafetensors(paths: readonly string[]): Promise<WeightSource> {
  const files: BinaryFile[] = [];
  const close = async () => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    const entries = new Map<string, TensorEntry>();
    for (const path of paths) {
      const file = await BinaryFile.open(path);
      files.push(file);
      for (const [name, entry] of await readHeader(file)) {
        if (entries.has(name)) throw fault(file, `the tensor ${name} is stored twice`);
        entries.set(name, entry);
      }
    }
    return {
      shapes: new Map([...entries].map(([name, entry]) => [name, entry.shape])),
      async read(name) {
        const entry = entries.get(name);
        if (!entry) throw new EngineError('E_CHECKPOINT_INVALID', `the weight ${name} is missing`);
        const bytes = await entry.file.read(entry.offset, entry.byteLength, name);
        if (entry.dtype === 'F32') return new Float32Array(bytes.buffer);
        const halves = new Uint16Array(bytes.buffer);
        return entry.dtype === 'F16' ? float16ToFloat32(halves) : bfloat16ToFloat32(halves);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readHeader(file: BinaryFile): Promise<Map<string, TensorEntry>> {
  const prefix = await file.read(0, 8, 'the header length');
  const claimed = new DataView(prefix.buffer).getBigUint64(0, true);
  if (claimed > BigInt(Math.min(MAX_HEADER_BYTES, file.byteLength - 8))) {
    throw fault(file, `the header claims ${claimed} bytes, the file has ${file.byteLength}`);
  }
  const headerLength = Number(claimed);
  const header = parseHeader(file, await file.read(8, headerLength, 'the header'));
  const dataStart = 8 + headerLength;
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => [name, checkEntry(file, dataStart, name, value)] as const);
  checkLayout(file, dataStart, entries);
  return new Map(entries.filter(([, entry]) => entry.dtype in storedDTypes));
}

function parseHeader(file: BinaryFile, bytes: Uint8Array): JsonObject {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw fault(file, `the header is not JSON: ${String(cause)}`);
  }
  if (!isJsonObject(header)) throw fault(file, 'the header is not a JSON object');
  return header;
}

function checkEntry(file: BinaryFile, dataStart: number, name: string, value: unknown): TensorEntry {
  if (!isJsonObject(value)) throw fault(file, `the entry of ${name} is not an object`);
  const { dtype, shape, data_offsets: range } = value;
  if (!isSizes(shape)) throw fault(file, `${name} has no usable shape`);
  if (!isSizes(range) || range.length !== 2) throw fault(file, `${name} has no usable data_offsets`);
  const [start, end] = range as [number, number];
  if (start > end || dataStart + end > file.byteLength) {
    throw fault(file, `${name} claims bytes ${start} to ${end} of ${file.byteLength - dataStart}`);
  }
  if (typeof dtype !== 'string' || !(dtype in storedDTypes)) {
    // Integer buffers may lie beside the weights; a weight of such a type is reported as missing.
    return { file, dtype: dtype as StoredDType, shape, offset: dataStart + start, byteLength: end - start };
  }
  const stored = dtype as StoredDType;
  if (elementCount(shape) * bytesPerElement[storedDTypes[stored]] !== end - start) {
    throw fault(file, `${name} is ${stored} (${shape.join(', ')}) in ${end - start} bytes`);
  }
  return { file, dtype: stored, shape, offset: dataStart + start, byteLength: end - start };
}

/** No two tensors may share bytes, and none may be left over: the reference refuses both. */
function checkLayout(
  file: BinaryFile,
  dataStart: number,
  entries: readonly (readonly [string, TensorEntry])[],
): void {
  let end = dataStart;
  for (const [name, entry] of entries.toSorted(([, a], [, b]) => a.offset - b.offset)) {
    if (entry.offset !== end) {
      const kind = entry.offset < end ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw fault(file, `${name} ${kind}`);
    }
    end += entry.byteLength;
  }
  if (end !== file.byteLength) throw fault(file, `${file.byteLength - end} bytes belong to no tensor`);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function fault(file: BinaryFile, what: string): EngineError {
  return new EngineError('E_CHECKPOINT_INVALID', `${file.path}: ${what}`);
}
