/** Differentiable operations: what each computes, and how a gradient flows back through it.
 *  Two exhaustive tables over one list of operations, so that the compiler reports a missing derivative
 *  (the manner of jax and tinygrad). Knows nothing of order; the tape does.
 *
 *  A rule recomputes what the forward pass has already computed (a softmax, a sigmoid): ONNX Runtime merges equal
 *  expressions from optimisation level `basic` on, and a rule that needs no saved state is a rule of one line. */
import type { MatMulOptions, Operators, RotaryTable, Tensor } from './operators.ts';

type None = Readonly<Record<string, never>>;
type One = readonly [Tensor];
type Two = readonly [Tensor, Tensor];
type Three = readonly [Tensor, Tensor, Tensor];

/** Inputs through which gradients flow, and everything else an operation needs. */
interface Operations {
  add: { inputs: Two; attributes: None };
  sub: { inputs: Two; attributes: None };
  mul: { inputs: Two; attributes: None };
  div: { inputs: Two; attributes: None };
  neg: { inputs: One; attributes: None };
  exp: { inputs: One; attributes: None };
  log: { inputs: One; attributes: None };
  sqrt: { inputs: One; attributes: None };
  sigmoid: { inputs: One; attributes: None };
  tanh: { inputs: One; attributes: None };
  reshape: { inputs: One; attributes: { readonly shape: readonly number[] } };
  transpose: { inputs: One; attributes: { readonly permutation: readonly number[] } };
  expand: { inputs: One; attributes: { readonly shape: readonly number[] } };
  slice: { inputs: One; attributes: { readonly axis: number; readonly start: number; readonly end: number } };
  concat: { inputs: readonly Tensor[]; attributes: { readonly axis: number } };
  reduceSum: { inputs: One; attributes: { readonly axes: readonly number[] } };
  softmax: { inputs: One; attributes: None };
  matMul: { inputs: Two; attributes: MatMulOptions };
  /** Rows of a table. */
  gather: { inputs: One; attributes: { readonly indices: Tensor } };
  /** Rotary position embedding (Su et al. 2021, arXiv:2104.09864). */
  rotary: { inputs: One; attributes: { readonly table: RotaryTable } };
  /** x / rms(x) · weight over the last of two axes (Zhang & Sennrich 2019, arXiv:1910.07467). Composed of primitives:
   *  SimplifiedLayerNormalization returns a wrong second output on WebGPU. */
  rmsNorm: { inputs: Two; attributes: { readonly epsilon: number } };
  /** (x − mean) / deviation · weight + bias over the last of two axes (Ba et al. 2016, arXiv:1607.06450). */
  layerNorm: { inputs: Three; attributes: { readonly epsilon: number } };
  /** x · Φ(x), Φ approximated by tanh (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
  geluTanh: { inputs: One; attributes: None };
  /** silu(gate) · up (Shazeer 2020, arXiv:2002.05202). */
  swiGlu: { inputs: Two; attributes: None };
  /** ln(1 + eˣ), without overflow. */
  softplus: { inputs: One; attributes: None };
  /** x / (1 − probability) where the mask is true, 0 elsewhere (Srivastava et al. 2014). */
  dropout: { inputs: One; attributes: { readonly mask: Tensor; readonly probability: number } };
  /** ln softmax(hidden · headᵀ)[targets], (tokens, 1): the output layer and its log-probabilities in one, so that a
   *  gradient is applied to (tokens, width) and never to (tokens, vocabulary). */
  targetLogProbabilities: { inputs: Two; attributes: { readonly targets: Tensor } }; // (tokens)
}

export type DifferentiableOp = keyof Operations;
export type InputsOf<Op extends DifferentiableOp> = Operations[Op]['inputs'];
export type AttributesOf<Op extends DifferentiableOp> = Operations[Op]['attributes'];

type ForwardRule<Op extends DifferentiableOp> = (
  o: Operators,
  inputs: InputsOf<Op>,
  attributes: AttributesOf<Op>,
) => Tensor;

interface VjpContext<Op extends DifferentiableOp> {
  readonly o: Operators;
  readonly inputs: InputsOf<Op>;
  readonly attributes: AttributesOf<Op>;
  readonly output: Tensor;
  /** Of the loss with respect to the output; of the output's shape. */
  readonly gradient: Tensor;
}

/** A gradient of the input's shape; or a function that adds it onto what has gathered so far, where adding in place
 *  is cheaper than a second tensor of that size (the embedding's gradient on top of the tied head's). */
export type Contribution = Tensor | ((soFar: Tensor | undefined) => Tensor);

type ContributionsOf<Inputs extends readonly Tensor[]> = { readonly [I in keyof Inputs]: Contribution };

/** Vector-Jacobian product: one contribution an input. Those nobody needs are pruned when the graph is encoded. */
export type VjpRule<Op extends DifferentiableOp> = (context: VjpContext<Op>) => ContributionsOf<InputsOf<Op>>;

/** ln of less than this would be −∞; about the smallest normal float32. */
const SMALLEST_PROBABILITY = 1e-37;

function inverseRms(o: Operators, x: Tensor, epsilon: number): Tensor {
  return o.div(o.scalar(1), o.sqrt(o.add(o.mean(o.mul(x, x)), o.scalar(epsilon)))); // (tokens, 1)
}

/** (x − mean) / deviation, and what divides, (tokens, 1). */
function standardised(o: Operators, x: Tensor, epsilon: number) {
  const centred = o.sub(x, o.mean(x)); // (tokens, width)
  const inverse = inverseRms(o, centred, epsilon);
  return { normal: o.mul(centred, inverse), inverse };
}

const GELU_SLOPE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** tanh(√(2/π) · (x + 0.044715 x³)), and x². */
function geluParts(o: Operators, x: Tensor) {
  const square = o.mul(x, x);
  const inner = o.mul(x, o.add(o.scale(square, GELU_SLOPE * GELU_CUBE), o.scalar(GELU_SLOPE)));
  return { tanh: o.tanh(inner), square };
}

export const forwardRules: { [Op in DifferentiableOp]: ForwardRule<Op> } = {
  add: (o, [a, b]) => o.add(a, b),
  sub: (o, [a, b]) => o.sub(a, b),
  mul: (o, [a, b]) => o.mul(a, b),
  div: (o, [a, b]) => o.div(a, b),
  neg: (o, [a]) => o.neg(a),
  exp: (o, [a]) => o.exp(a),
  log: (o, [a]) => o.log(a),
  sqrt: (o, [a]) => o.sqrt(a),
  sigmoid: (o, [a]) => o.sigmoid(a),
  tanh: (o, [a]) => o.tanh(a),
  reshape: (o, [a], { shape }) => o.reshape(a, shape),
  transpose: (o, [a], { permutation }) => o.transpose(a, permutation),
  expand: (o, [a], { shape }) => o.expand(a, shape),
  slice: (o, [a], { axis, start, end }) => o.slice(a, axis, start, end),
  concat: (o, parts, { axis }) => o.concat(parts, axis),
  reduceSum: (o, [a], { axes }) => o.reduceSum(a, axes),
  softmax: (o, [a]) => o.softmax(a),
  matMul: (o, [a, b], options) => o.matMul(a, b, options),
  gather: (o, [table], { indices }) => o.gather(table, indices),
  rotary: (o, [x], { table }) => o.rotary(x, table, false),
  rmsNorm: (o, [x, weight], { epsilon }) => o.mul(o.mul(x, inverseRms(o, x, epsilon)), weight),
  layerNorm: (o, [x, weight, bias], { epsilon }) =>
    o.add(o.mul(standardised(o, x, epsilon).normal, weight), bias),
  geluTanh: (o, [x]) => o.mul(o.scale(x, 0.5), o.add(geluParts(o, x).tanh, o.scalar(1))),
  swiGlu: (o, [gate, up]) => o.mul(o.mul(gate, o.sigmoid(gate)), up),
  softplus: (o, [x]) => {
    const tail = o.exp(o.min(x, o.neg(x))); // e^−|x|
    return o.add(o.max(x, o.scalar(0)), o.log(o.add(tail, o.scalar(1))));
  },
  dropout: (o, [x], { mask, probability }) => o.where(mask, o.scale(x, 1 / (1 - probability)), o.scalar(0)),
  targetLogProbabilities: (o, [hidden, head], { targets }) => {
    const probabilities = o.softmax(o.matMul(hidden, head, { transB: true })); // (tokens, vocabulary)
    const column = o.reshape(targets, [...targets.shape, 1]);
    return o.log(o.max(o.pick(probabilities, column), o.scalar(SMALLEST_PROBABILITY)));
  },
};

export const vjpRules: { [Op in DifferentiableOp]: VjpRule<Op> } = {
  add: ({ o, inputs: [a, b], gradient }) => [o.reduceTo(gradient, a.shape), o.reduceTo(gradient, b.shape)],
  sub: ({ o, inputs: [a, b], gradient }) => [
    o.reduceTo(gradient, a.shape),
    o.neg(o.reduceTo(gradient, b.shape)),
  ],
  mul: ({ o, inputs: [a, b], gradient }) => [
    o.reduceTo(o.mul(gradient, b), a.shape),
    o.reduceTo(o.mul(gradient, a), b.shape),
  ],
  div: ({ o, inputs: [a, b], output, gradient }) => [
    o.reduceTo(o.div(gradient, b), a.shape),
    o.neg(o.reduceTo(o.div(o.mul(gradient, output), b), b.shape)),
  ],
  neg: ({ o, gradient }) => [o.neg(gradient)],
  exp: ({ o, output, gradient }) => [o.mul(gradient, output)],
  log: ({ o, inputs: [a], gradient }) => [o.div(gradient, a)],
  sqrt: ({ o, output, gradient }) => [o.div(o.scale(gradient, 0.5), output)],
  sigmoid: ({ o, output, gradient }) => [o.mul(gradient, o.sub(output, o.mul(output, output)))],
  tanh: ({ o, output, gradient }) => [o.sub(gradient, o.mul(gradient, o.mul(output, output)))],
  reshape: ({ o, inputs: [a], gradient }) => [o.reshape(gradient, a.shape)],
  transpose: ({ o, attributes: { permutation }, gradient }) => {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [o.transpose(gradient, inverse)];
  },
  expand: ({ o, inputs: [a], gradient }) => [o.reduceTo(gradient, a.shape)],
  slice: ({ o, inputs: [a], attributes: { axis, start, end }, gradient }) => {
    const size = a.shape[axis]!;
    const parts = [gradient];
    if (start > 0) parts.unshift(o.zeros(a.shape.with(axis, start)));
    if (end < size) parts.push(o.zeros(a.shape.with(axis, size - end)));
    return [parts.length > 1 ? o.concat(parts, axis) : gradient];
  },
  concat: ({ o, inputs, attributes: { axis }, gradient }) => {
    let start = 0;
    return inputs.map((part) => {
      const end = start + part.shape[axis]!;
      const slice = o.slice(gradient, axis, start, end);
      start = end;
      return slice;
    });
  },
  reduceSum: ({ o, inputs: [a], gradient }) => [o.expand(gradient, a.shape)],
  softmax: ({ o, output, gradient }) => {
    const inner = o.reduceSum(o.mul(gradient, output), [output.shape.length - 1]);
    return [o.mul(o.sub(gradient, inner), output)];
  },
  matMul: ({ o, inputs: [a, b], attributes: { transA = false, transB = false, scale = 1 }, gradient }) => [
    transA
      ? o.matMul(b, gradient, { transA: transB, transB: true, scale })
      : o.matMul(gradient, b, { transB: !transB, scale }),
    transB
      ? o.matMul(gradient, a, { transA: true, transB: transA, scale })
      : o.matMul(a, gradient, { transA: !transA, scale }),
  ],
  gather: ({ o, inputs: [table], attributes: { indices }, gradient }) => [
    (soFar) => o.scatterAdd(soFar ?? o.zeros(table.shape), indices, gradient),
  ],
  rotary: ({ o, attributes: { table }, gradient }) => [o.rotary(gradient, table, true)],
  rmsNorm: ({ o, inputs: [x, weight], attributes: { epsilon }, gradient }) => {
    const inverse = inverseRms(o, x, epsilon); // (tokens, 1)
    const normal = o.mul(x, inverse); // (tokens, width)
    const product = o.mul(gradient, normal); // (tokens, width)
    const width = weight.shape[0]!;
    const along = o.matMul(product, o.reshape(weight, [width, 1]), { scale: 1 / width }); // (tokens, 1)
    return [
      o.mul(o.sub(o.mul(gradient, weight), o.mul(normal, along)), inverse),
      o.reduceTo(product, weight.shape),
    ];
  },
  layerNorm: ({ o, inputs: [x, weight, bias], attributes: { epsilon }, gradient }) => {
    const { normal, inverse } = standardised(o, x, epsilon);
    const scaled = o.mul(gradient, weight); // (tokens, width)
    const along = o.mul(normal, o.mean(o.mul(scaled, normal)));
    return [
      o.mul(o.sub(o.sub(scaled, o.mean(scaled)), along), inverse),
      o.reduceTo(o.mul(gradient, normal), weight.shape),
      o.reduceTo(gradient, bias.shape),
    ];
  },
  geluTanh: ({ o, inputs: [x], gradient }) => {
    const { tanh, square } = geluParts(o, x);
    const half = o.scale(o.add(tanh, o.scalar(1)), 0.5);
    const inner = o.add(o.scale(square, 3 * GELU_SLOPE * GELU_CUBE), o.scalar(GELU_SLOPE));
    const slope = o.mul(o.scale(x, 0.5), o.mul(o.sub(o.scalar(1), o.mul(tanh, tanh)), inner));
    return [o.mul(gradient, o.add(half, slope))];
  },
  swiGlu: ({ o, inputs: [gate, up], gradient }) => {
    const sigmoid = o.sigmoid(gate);
    const silu = o.mul(gate, sigmoid);
    const slope = o.add(sigmoid, o.sub(silu, o.mul(silu, sigmoid)));
    return [o.mul(o.mul(gradient, up), slope), o.mul(gradient, silu)];
  },
  softplus: ({ o, inputs: [x], gradient }) => [o.mul(gradient, o.sigmoid(x))],
  dropout: ({ o, attributes: { mask, probability }, gradient }) => [
    o.where(mask, o.scale(gradient, 1 / (1 - probability)), o.scalar(0)),
  ],
  targetLogProbabilities: ({ o, inputs: [hidden, head], attributes: { targets }, gradient }) => {
    const probabilities = o.softmax(o.matMul(hidden, head, { transB: true })); // (tokens, vocabulary)
    const column = o.reshape(targets, [...targets.shape, 1]);
    const expected = o.sub(o.pick(probabilities, column), o.scalar(1)); // (tokens, 1)
    const errors = o.replace(probabilities, column, expected); // softmax − one-hot
    const down = o.neg(gradient); // (tokens, 1)
    return [o.mul(o.matMul(errors, head), down), o.matMul(errors, o.mul(hidden, down), { transA: true })];
  },
};
