/** GGUF files, versions 2 and 3 (github.com/ggml-org/ggml, docs/gguf.md): typed metadata, a list of tensors, data.
 *  Knows the container; knows nothing of architectures. Everything a header claims is checked against the file. */
import { EngineError } from '../errors.ts';
import { elementCount } from '../tensor/dtype.ts';
import { ggmlTypes, type GgmlType } from '../tensor/ggml-blocks.ts';
import type { BinaryFile } from './binary-file.ts';
import type { JsonObject } from './json-object.ts';

export interface GgufTensor {
  /** Row-major, outermost first: the reverse of how the file lists it. */
  readonly shape: readonly number[];
  readonly type: GgmlType;
  /** From the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface GgufHeader {
  /** 64-bit integers as numbers. */
  readonly metadata: JsonObject;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const MAGIC = 0x46554747; // 'GGUF'
const FIRST_READ_BYTES = 4 << 20;
/** A vocabulary of half a million tokens takes 40 MB. */
const MAX_HEADER_BYTES = 256 << 20;

/** Thrown within: the header goes on beyond the bytes read so far. */
class NeedsMore extends Error {}

/** @throws EngineError E_CHECKPOINT_INVALID, E_MODEL_UNSUPPORTED for a tensor type we cannot read */
export async function readGgufHeader(file: BinaryFile): Promise<GgufHeader> {
  let length = Math.min(FIRST_READ_BYTES, file.byteLength);
  for (;;) {
    try {
      return parseHeader(file, await file.read(0, length, 'the header'));
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error;
      if (length >= Math.min(file.byteLength, MAX_HEADER_BYTES)) {
        throw fault(file, `the header does not end within ${length} bytes`);
      }
      length = Math.min(length * 4, file.byteLength, MAX_HEADER_BYTES);
    }
  }
}

function parseHeader(file: BinaryFile, bytes: Uint8Array<ArrayBuffer>): GgufHeader {
  const cursor = new Cursor(file, bytes);
  if (cursor.u32() !== MAGIC) throw fault(file, 'this is no GGUF file');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    throw new EngineError(
      'E_MODEL_UNSUPPORTED',
      `${file.path}: GGUF version ${version}, supported are 2 and 3`,
    );
  }
  // A tensor's entry takes 24 bytes or more, a pair of metadata 13 or more.
  const tensorCount = cursor.count('tensors', 24);
  const pairCount = cursor.count('metadata pairs', 13);
  const metadata: JsonObject = Object.create(null) as JsonObject;
  for (let i = 0; i < pairCount; i++) {
    const key = cursor.string();
    metadata[key] = cursor.value(cursor.u32(), key, 0);
  }
  const entries = Array.from({ length: tensorCount }, () => readTensorEntry(cursor));
  const alignment = metadata['general.alignment'] ?? 32;
  if (typeof alignment !== 'number' || !(alignment >= 8 && alignment <= 65536) || alignment % 8 !== 0) {
    throw fault(file, 'general.alignment is no multiple of 8 from 8 to 65536');
  }
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  return { metadata, tensors: placeTensors(file, dataStart, alignment, entries) };
}

interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: bigint;
}

function readTensorEntry(cursor: Cursor): TensorEntry {
  const name = cursor.string();
  const rank = cursor.u32();
  if (rank > 4) throw cursor.fault(`the tensor ${name} has ${rank} dimensions`);
  const shape = Array.from({ length: rank }, () => Number(cursor.u64())).toReversed();
  return { name, shape, type: cursor.u32(), offset: cursor.u64() };
}

function placeTensors(
  file: BinaryFile,
  dataStart: number,
  alignment: number,
  entries: readonly TensorEntry[],
): Map<string, GgufTensor> {
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, type: typeNumber, offset } of entries) {
    const type = ggmlTypes.get(typeNumber);
    if (!type) {
      const known = [...ggmlTypes.values()].map((each) => each.name).join(', ');
      throw new EngineError(
        'E_MODEL_UNSUPPORTED',
        `${file.path}: ${name} has the tensor type ${typeNumber}; supported are ${known}`,
      );
    }
    const count = elementCount(shape);
    const rowLength = shape.at(-1) ?? 1;
    if (!Number.isSafeInteger(count) || rowLength % type.blockSize !== 0) {
      throw fault(file, `${name} is ${type.name} (${shape.join(', ')})`);
    }
    const byteLength = (count / type.blockSize) * type.blockBytes;
    const start = dataStart + Number(offset);
    if (offset % BigInt(alignment) !== 0n || !(start + byteLength <= file.byteLength)) {
      throw fault(
        file,
        `${name} claims ${byteLength} bytes at ${offset} of the data, which has ${file.byteLength - dataStart}`,
      );
    }
    if (tensors.has(name)) throw fault(file, `the tensor ${name} is stored twice`);
    tensors.set(name, { shape, type, offset: start, byteLength });
  }
  checkOverlap(file, tensors);
  return tensors;
}

function checkOverlap(file: BinaryFile, tensors: ReadonlyMap<string, GgufTensor>): void {
  let end = 0;
  for (const [name, tensor] of [...tensors].sort(([, a], [, b]) => a.offset - b.offset)) {
    if (tensor.offset < end) throw fault(file, `${name} overlaps the tensor before it`);
    end = tensor.offset + tensor.byteLength;
  }
}

/** Reads little-endian values one after the other. Asks for more where the bytes read so far end. */
class Cursor {
  position = 0;
  readonly #file: BinaryFile;
  readonly #view: DataView;
  readonly #text: Buffer;

  constructor(file: BinaryFile, bytes: Uint8Array<ArrayBuffer>) {
    this.#file = file;
    this.#view = new DataView(bytes.buffer);
    this.#text = Buffer.from(bytes.buffer);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** A number of things that take at least `leastBytes` each: no more than the rest of the file can hold. */
  count(what: string, leastBytes: number): number {
    const count = this.u64();
    if (count * BigInt(leastBytes) > BigInt(this.#file.byteLength - this.position)) {
      throw this.fault(`it claims ${count} ${what}, the file has ${this.#file.byteLength} bytes`);
    }
    return Number(count);
  }

  string(): string {
    const length = this.count('characters', 1);
    const start = this.#take(length);
    return this.#text.toString('utf8', start, start + length);
  }

  value(type: number, key: string, depth: number): unknown {
    const scalar = scalarReaders[type];
    if (scalar) return scalar.read(this.#view, this.#take(scalar.bytes));
    if (type === 8) return this.string();
    if (type !== 9 || depth > 2) throw this.fault(`${key} has the value type ${type}`);
    const elementType = this.u32();
    const leastBytes = scalarReaders[elementType]?.bytes ?? 8;
    const count = this.count(`elements of ${key}`, leastBytes);
    return Array.from({ length: count }, () => this.value(elementType, key, depth + 1));
  }

  fault(what: string): EngineError {
    return fault(this.#file, what);
  }

  #take(length: number): number {
    const start = this.position;
    if (start + length > this.#file.byteLength) throw this.fault(`it ends at byte ${start} of its header`);
    if (start + length > this.#view.byteLength) throw new NeedsMore();
    this.position += length;
    return start;
  }
}

interface ScalarReader {
  readonly bytes: number;
  read(view: DataView, at: number): number | boolean;
}

/** By value type; 8 and 9 are strings and arrays. */
const scalarReaders: Readonly<Record<number, ScalarReader>> = {
  0: { bytes: 1, read: (view, at) => view.getUint8(at) },
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  4: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  7: { bytes: 1, read: (view, at) => view.getUint8(at) !== 0 },
  10: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  11: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  12: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

function fault(file: BinaryFile, what: string): EngineError {
  return new EngineError('E_CHECKPOINT_INVALID', `${file.path}: ${what}`);
}
