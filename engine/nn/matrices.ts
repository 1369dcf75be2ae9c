/** Multiplication by weights, in any precision: the operators and the layouts they want.
 *  Knows matrices; knows nothing of what a layer is. */
import type { OnnxGraph, TypedData, Value } from '../onnx/graph.ts';
import {
  blocksOf,
  quantiseBlocks,
  type BlockFormat,
  type QuantisedMatrix,
} from '../tensor/block-quantise.ts';
import { elementCount, type DType } from '../tensor/dtype.ts';

/** Makes data an initializer of the graph, inside the file or beside it. Data that has been placed before takes no
 *  room again under another name. */
export type PlaceWeight = (
  name: string,
  dtype: DType,
  shape: readonly number[],
  data: TypedData,
) => Promise<Value>;

/** A matrix (rows, columns) in the graph. */
export interface Matrix {
  /** The rows that `ids` name. @param shape of the result */
  gather(ids: Value, shape: readonly (number | string)[]): Value;
  /** x · Wᵀ, (…, rows). @param shape of the result */
  multiply(x: Value, shape: readonly (number | string)[], name?: string): Value;
}

/** The matrices (rows_i, columns), one above the other, to multiply by.
 *  @param format null: float32
 *  @param accuracyLevel of products in fewer bits; see attention-forms.ts */
export async function linearMatrix(
  graph: OnnxGraph,
  place: PlaceWeight,
  name: string,
  parts: readonly Float32Array[],
  columns: number,
  format: BlockFormat | null,
  accuracyLevel: number,
): Promise<Pick<Matrix, 'multiply'>> {
  const rows = parts.reduce((sum, part) => sum + part.length, 0) / columns;
  if (format) {
    const quantised = quantiseBlocks(concatenated(parts), columns, format);
    return quantisedMatrix(graph, place, name, quantised, columns, format, accuracyLevel);
  }
  // Stored transposed: MatMul prepacks (in, out).
  const data = transposed(parts, columns, rows);
  const matrix = await place(`${name}.transposed`, 'float32', [columns, rows], data);
  return { multiply: (x, shape, result) => graph.apply('MatMul', [x, matrix], shape, named(result)) };
}

/** One matrix that is both looked up and multiplied by, as a tied embedding is. Each use has an initializer of its own:
 *  ONNX Runtime multiplies by a copy in a layout of its own and lets go of what was stored, unless something else
 *  reads it; of a lookup's only the rows that were asked for are ever in memory. */
export async function embeddingMatrix(
  graph: OnnxGraph,
  place: PlaceWeight,
  name: string,
  data: Float32Array,
  columns: number,
  format: BlockFormat | null,
  accuracyLevel: number,
): Promise<Matrix> {
  const rows = data.length / columns;
  const filled = format && blocksThatFill(columns, format);
  if (filled) {
    const { bits, blockSize } = filled;
    const { packed, scales } = quantiseBlocks(data, columns, filled);
    const matrix = await quantisedMatrix(
      graph,
      place,
      name,
      { packed, scales },
      columns,
      filled,
      accuracyLevel,
    );
    const b = await place(`${name}.blocks.lookup`, 'uint8', [rows, packed.length / rows], packed);
    const s = await place(`${name}.scales.lookup`, 'float32', [rows, scales.length / rows], scales);
    return {
      ...matrix,
      gather: (ids, shape) =>
        graph.apply('GatherBlockQuantized', [b, ids, s], shape, {
          dtype: 'float32',
          domain: 'com.microsoft',
          attributes: { gather_axis: 0, quantize_axis: 1, block_size: blockSize, bits },
        }),
    };
  }
  const matrix = await place(name, 'float32', [rows, columns], data);
  const table = await place(`${name}.lookup`, 'float32', [rows, columns], data);
  return {
    gather: (ids, shape) => graph.apply('Gather', [table, ids], shape, { dtype: 'float32' }),
    multiply: (x, shape, result) =>
      graph.apply('Gemm', [x, matrix], shape, { ...named(result), attributes: { transB: 1 } }),
  };
}

const named = (name: string | undefined) => (name === undefined ? {} : { name });

/** The lookup reads rows that hold whole blocks only; null where no block size divides them. */
function blocksThatFill(columns: number, { bits, blockSize }: BlockFormat): BlockFormat | null {
  for (let size = blockSize; size >= 16; size /= 2)
    if (columns % size === 0) return { bits, blockSize: size };
  return null;
}

async function quantisedMatrix(
  graph: OnnxGraph,
  place: PlaceWeight,
  name: string,
  { packed, scales }: QuantisedMatrix,
  columns: number,
  format: BlockFormat,
  accuracyLevel: number,
): Promise<Pick<Matrix, 'multiply'>> {
  const { bits, blockSize } = format;
  const blocks = blocksOf(columns, format);
  const rows = scales.length / blocks;
  const b = await place(`${name}.blocks`, 'uint8', [rows, blocks, (blockSize * bits) / 8], packed);
  const s = await place(`${name}.scales`, 'float32', [rows * blocks], scales);
  return {
    multiply: (x, shape, result) =>
      graph.apply('MatMulNBits', [x, b, s], shape, {
        ...named(result),
        domain: 'com.microsoft',
        attributes: { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: accuracyLevel },
      }),
  };
}

/** Side by side in memory, copied unless there is one only. */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

/** The matrices (out_i, in), one above the other, as one (in, Σ out_i). */
function transposed(parts: readonly Float32Array[], inSize: number, outSize: number): Float32Array {
  const result = new Float32Array(elementCount([inSize, outSize]));
  let column = 0;
  for (const part of parts) {
    const rows = part.length / inSize;
    // In blocks of columns, so that each cache line of the result is filled while it is at hand.
    for (let first = 0; first < rows; first += 16) {
      const last = Math.min(rows, first + 16);
      for (let i = 0; i < inSize; i++) {
        const target = i * outSize + column;
        for (let row = first; row < last; row++) result[target + row] = part[row * inSize + i]!;
      }
    }
    column += rows;
  }
  return result;
}
