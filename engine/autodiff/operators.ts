/** ONNX operators over static shapes: emits the node and works out the shape of its result.
 *  Knows shapes and broadcasting; knows nothing of gradients. Works in float32 and in float64; where ONNX Runtime
 *  has a fused kernel for float32 alone, float64 is composed of primitives, so that finite differences can be sharp. */
import { EngineError } from '../errors.ts';
import type { OnnxGraph, TypedData, Value } from '../onnx/graph.ts';
import { elementCount, type DType } from '../tensor/dtype.ts';

/** A value whose sizes are all known when the graph is built. */
export interface Tensor extends Value {
  readonly shape: readonly number[];
}

export type FloatType = 'float32' | 'float64';

export interface MatMulOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** The product is multiplied by this; default 1. */
  readonly scale?: number;
}

/** Angles of rotary position embeddings, and the position of every token. */
export interface RotaryTable {
  readonly positions: Tensor; // (batch, time) int64
  readonly cos: Tensor; // (positions, headSize / 2)
  readonly sin: Tensor; // (positions, headSize / 2)
  readonly negativeSin: Tensor; // (positions, headSize / 2)
}

/** The shape two shapes broadcast to (ONNX multidirectional broadcasting, as numpy).
 *  @throws E_SHAPE_MISMATCH */
function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[a.length - rank + axis] ?? 1;
    const y = b[b.length - rank + axis] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new EngineError(
        'E_SHAPE_MISMATCH',
        `(${a.join(', ')}) does not broadcast with (${b.join(', ')})`,
      );
    }
    return Math.max(x, y);
  });
}

/** `shape` with the last two sizes swapped. */
function swapped(shape: readonly number[]): number[] {
  return [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
}

export class Operators {
  readonly graph: OnnxGraph;
  readonly dtype: FloatType;

  constructor(graph: OnnxGraph, dtype: FloatType) {
    this.graph = graph;
    this.dtype = dtype;
  }

  // constants

  constant(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    const data = this.dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
    return this.#typed(this.dtype, shape, data);
  }

  scalar(value: number): Tensor {
    return this.constant([value], []);
  }

  indices(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
    return this.#typed('int64', shape, BigInt64Array.from(values, BigInt));
  }

  zeros(shape: readonly number[]): Tensor {
    // ConstantOfShape fills with float32 zeros; float64 needs a stored constant.
    if (this.dtype === 'float32')
      return this.#emit('ConstantOfShape', [this.indices(shape)], shape, { dtype: 'float32' });
    return this.constant(new Float64Array(elementCount(shape)), shape);
  }

  // element by element

  add(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Add', [a, b], broadcastShape(a.shape, b.shape));
  }

  sub(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Sub', [a, b], broadcastShape(a.shape, b.shape));
  }

  mul(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Mul', [a, b], broadcastShape(a.shape, b.shape));
  }

  div(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Div', [a, b], broadcastShape(a.shape, b.shape));
  }

  min(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Min', [a, b], broadcastShape(a.shape, b.shape));
  }

  max(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Max', [a, b], broadcastShape(a.shape, b.shape));
  }

  scale(a: Tensor, factor: number): Tensor {
    return this.mul(a, this.scalar(factor));
  }

  neg(a: Tensor): Tensor {
    return this.#emit('Neg', [a], a.shape);
  }

  exp(a: Tensor): Tensor {
    return this.#emit('Exp', [a], a.shape);
  }

  log(a: Tensor): Tensor {
    return this.#emit('Log', [a], a.shape);
  }

  sqrt(a: Tensor): Tensor {
    return this.#emit('Sqrt', [a], a.shape);
  }

  sigmoid(a: Tensor): Tensor {
    return this.#emit('Sigmoid', [a], a.shape);
  }

  tanh(a: Tensor): Tensor {
    return this.#emit('Tanh', [a], a.shape);
  }

  equal(a: Tensor, b: Tensor): Tensor {
    return this.#emit('Equal', [a, b], broadcastShape(a.shape, b.shape), { dtype: 'bool' });
  }

  where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
    const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
    return this.#emit('Where', [condition, a, b], shape, { dtype: a.dtype });
  }

  // shape

  reshape(a: Tensor, shape: readonly number[]): Tensor {
    if (a.shape.join() === shape.join()) return a;
    if (elementCount(a.shape) !== elementCount(shape)) {
      throw new EngineError('E_SHAPE_MISMATCH', `reshape (${a.shape.join(', ')}) to (${shape.join(', ')})`);
    }
    return this.#emit('Reshape', [a, this.indices(shape)], shape);
  }

  transpose(a: Tensor, permutation: readonly number[]): Tensor {
    const shape = permutation.map((axis) => a.shape[axis]!);
    return this.#emit('Transpose', [a], shape, { attributes: { perm: permutation } });
  }

  expand(a: Tensor, shape: readonly number[]): Tensor {
    if (a.shape.join() === shape.join()) return a;
    return this.#emit('Expand', [a, this.indices(shape)], shape);
  }

  slice(a: Tensor, axis: number, start: number, end: number): Tensor {
    const shape = a.shape.with(axis, end - start);
    return this.#emit('Slice', [a, this.indices([start]), this.indices([end]), this.indices([axis])], shape);
  }

  concat(parts: readonly Tensor[], axis: number): Tensor {
    const size = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    return this.#emit('Concat', parts, parts[0]!.shape.with(axis, size), { attributes: { axis } });
  }

  // reductions

  /** Sum over `axes`, which stay with size 1. */
  reduceSum(a: Tensor, axes: readonly number[]): Tensor {
    const shape = a.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return this.#emit('ReduceSum', [a, this.indices(axes)], shape, { attributes: { keepdims: 1 } });
  }

  /** Sum of the squares of all elements, (). By rows first: over all elements at once, 28 million of them, the float32
   *  sum of the kernel was 2.6e-3 too small. */
  sumOfSquares(a: Tensor): Tensor {
    const axis = a.shape.length - 1;
    const rows = this.#emit('ReduceSumSquare', [a, this.indices([axis])], a.shape.with(axis, 1), {
      attributes: { keepdims: 1 },
    });
    return this.reshape(this.reduceSum(rows, [...a.shape.keys()]), []);
  }

  /** Mean over the last axis, which stays with size 1. */
  mean(a: Tensor): Tensor {
    const axis = a.shape.length - 1;
    return this.#emit('ReduceMean', [a, this.indices([axis])], a.shape.with(axis, 1), {
      attributes: { keepdims: 1 },
    });
  }

  /** Sums over the axes along which `shape` was broadcast to `a`: the transpose of broadcasting. */
  reduceTo(a: Tensor, shape: readonly number[]): Tensor {
    if (a.shape.join() === shape.join()) return a;
    const added = a.shape.length - shape.length;
    const axes = [...a.shape.keys()].filter(
      (axis) => axis < added || (shape[axis - added] === 1 && a.shape[axis] !== 1),
    );
    if (a.shape.length === 2 && axes.join() === '0') {
      // ReduceSum goes down the columns one by one; a product with ones reads the rows.
      const rows = a.shape[0]!;
      const ones = this.expand(this.scalar(1), [1, rows]);
      return this.reshape(this.matMul(ones, a), shape);
    }
    return this.reshape(axes.length > 0 ? this.reduceSum(a, axes) : a, shape);
  }

  /** Softmax over the last axis. */
  softmax(a: Tensor): Tensor {
    return this.#emit('Softmax', [a], a.shape, { attributes: { axis: -1 } });
  }

  // products

  /** Matrix product over the last two axes; leading axes must agree.
   *  Two dimensions go through Gemm, whose transposed forms are as fast as the plain one.
   *  @throws E_SHAPE_MISMATCH */
  matMul(a: Tensor, b: Tensor, options: MatMulOptions = {}): Tensor {
    const { transA = false, transB = false, scale = 1 } = options;
    const left = transA ? swapped(a.shape) : a.shape;
    const right = transB ? swapped(b.shape) : b.shape;
    const batch = left.slice(0, -2);
    if (left.at(-1) !== right.at(-2) || batch.join() !== right.slice(0, -2).join()) {
      throw new EngineError(
        'E_SHAPE_MISMATCH',
        `matMul "${a.name}", "${b.name}": (${left.join(', ')}) × (${right.join(', ')})`,
      );
    }
    const shape = [...left.slice(0, -1), right.at(-1)!];
    if (transA && !transB) {
      const turned = this.#turnedProduct(a, b, scale);
      if (turned) return turned;
    }
    if (!transA && !transB && scale === 1) return this.#emit('MatMul', [a, b], shape);
    const attributes = { transA: Number(transA), transB: Number(transB), alpha: { float: scale } };
    if (batch.length === 0) return this.#emit('Gemm', [a, b], shape, { attributes });
    if (this.dtype === 'float32') {
      return this.#emit('FusedMatMul', [a, b], shape, { attributes, domain: 'com.microsoft' });
    }
    const swap = (value: Tensor) => this.transpose(value, swapped([...value.shape.keys()]));
    const product = this.matMul(transA ? swap(a) : a, transB ? swap(b) : b);
    return scale === 1 ? product : this.scale(product, scale);
  }

  /** aᵀ · b without a transposed left operand where that is faster, else null: ONNX Runtime's kernels turn the left
   *  operand piece by piece, once for every panel of the right one. */
  #turnedProduct(a: Tensor, b: Tensor, scale: number): Tensor | null {
    const [inner = 0, rows = 0] = a.shape.slice(-2);
    const columns = b.shape.at(-1)!;
    if (a.shape.length > 2) {
      // The kernel turns the narrower operand, and its result is turned back.
      if (columns >= rows || this.dtype !== 'float32') return null;
      const product = this.matMul(b, a, { transA: true, scale });
      return this.transpose(product, swapped([...product.shape.keys()]));
    }
    return inner * columns + rows * columns < inner * rows
      ? this.#turned(this.matMul(this.#turned(b), a, { scale }))
      : this.matMul(this.#turned(a), b, { scale });
  }

  /** A matrix transposed in memory. Through three axes, since ONNX Runtime folds a plain Transpose into the product. */
  #turned(a: Tensor): Tensor {
    const [rows = 0, columns = 0] = a.shape;
    const lifted = this.reshape(a, [1, rows, columns]);
    return this.reshape(this.transpose(lifted, [0, 2, 1]), [columns, rows]);
  }

  // indexing

  /** Rows of `table` by index: (…indices) × (rows, width) to (…indices, width). */
  gather(table: Tensor, indices: Tensor): Tensor {
    const shape = [...indices.shape, ...table.shape.slice(1)];
    return this.#emit('Gather', [table, indices], shape, { attributes: { axis: 0 } });
  }

  /** `base` with `rows` added at `indices`; equal indices add up. */
  scatterAdd(base: Tensor, indices: Tensor, rows: Tensor): Tensor {
    const column = this.reshape(indices, [...indices.shape, 1]);
    return this.#emit('ScatterND', [base, column, rows], base.shape, { attributes: { reduction: 'add' } });
  }

  /** One element of each row: (rows, columns) and (rows, 1) to (rows, 1). */
  pick(a: Tensor, columns: Tensor): Tensor {
    return this.#emit('GatherElements', [a, columns], columns.shape, { attributes: { axis: 1 } });
  }

  /** `a` with one element of each row replaced. */
  replace(a: Tensor, columns: Tensor, elements: Tensor): Tensor {
    return this.#emit('ScatterElements', [a, columns, elements], a.shape, { attributes: { axis: 1 } });
  }

  // fused

  /** Rotates the halves of each head by its position's angle (the Llama layout); `inverse` rotates back.
   *  @param x (batch, heads, time, headSize) */
  rotary(x: Tensor, table: RotaryTable, inverse: boolean): Tensor {
    const sin = inverse ? table.negativeSin : table.sin;
    if (this.dtype === 'float32') {
      return this.#emit('RotaryEmbedding', [x, table.positions, table.cos, sin], x.shape, {
        attributes: { interleaved: 0 },
        domain: 'com.microsoft',
      });
    }
    const [batch = 0, , time = 0, headSize = 0] = x.shape;
    const half = headSize / 2;
    const rows = (angles: Tensor) =>
      this.reshape(this.gather(angles, table.positions), [batch, 1, time, half]);
    const c = rows(table.cos);
    const s = rows(sin);
    const first = this.slice(x, 3, 0, half);
    const second = this.slice(x, 3, half, headSize);
    return this.concat(
      [this.sub(this.mul(first, c), this.mul(second, s)), this.add(this.mul(second, c), this.mul(first, s))],
      3,
    );
  }

  #typed(dtype: DType, shape: readonly number[], data: TypedData): Tensor {
    const { name } = this.graph.constant(dtype, shape, data);
    return { name, dtype, shape };
  }

  #emit(
    op: string,
    inputs: readonly Tensor[],
    shape: readonly number[],
    options: Parameters<OnnxGraph['apply']>[3] = {},
  ): Tensor {
    const { name, dtype } = this.graph.apply(op, inputs, shape, options);
    return { name, dtype, shape };
  }
}
