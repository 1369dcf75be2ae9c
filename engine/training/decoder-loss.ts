/** The training graph of a Llama-family decoder, up to its loss, over rows into which several documents are packed.
 *  Knows parameters by Hugging Face names; knows nothing of data or optimisers. */
import type { RotaryTable, Tensor } from '../autodiff/operators.ts';
import type { Tape } from '../autodiff/tape.ts';
import { embeddingName, finalNormName, headName, layerNames, type DecoderSpec } from '../nn/decoder-spec.ts';

export interface BatchShape {
  readonly rows: number;
  /** Tokens a row. */
  readonly length: number;
}

/** Graph inputs of one batch; tokens = rows × length. */
export interface BatchInputs {
  readonly tokens: Tensor; // (tokens) int64
  readonly documents: Tensor; // (rows, length) int64; a token sees its own document alone
  readonly positions: Tensor; // (rows, length) int64; from 0 in every document
  readonly targets: Tensor; // (tokens) int64: the next token
  readonly weights: Tensor; // (tokens): of each target in the loss
}

/** Added to scores that must not be attended to; exp of it is 0 in float32 and float64. */
const MASKED = -1e9;

export function batchInputs(tape: Tape, { rows, length }: BatchShape): BatchInputs {
  const { graph, dtype } = tape.o;
  const input = (name: keyof BatchInputs, type: 'int64' | typeof dtype, shape: readonly number[]): Tensor => {
    graph.input(name, type, shape);
    return { name, dtype: type, shape };
  };
  const tokens = rows * length;
  return {
    tokens: input('tokens', 'int64', [tokens]),
    documents: input('documents', 'int64', [rows, length]),
    positions: input('positions', 'int64', [rows, length]),
    targets: input('targets', 'int64', [tokens]),
    weights: input('weights', dtype, [tokens]),
  };
}

function rotaryTable(tape: Tape, spec: DecoderSpec, positions: Tensor): RotaryTable {
  const half = spec.headSize / 2;
  const length = positions.shape[1]!;
  const angles = Array.from(
    { length: length * half },
    (_, i) => Math.floor(i / half) * spec.ropeTheta ** (-(i % half) / half),
  );
  const table = (angle: (value: number) => number) => tape.o.constant(angles.map(angle), [length, half]);
  return {
    positions,
    cos: table(Math.cos),
    sin: table(Math.sin),
    negativeSin: table((value) => -Math.sin(value)),
  };
}

/** What is added to the scores: 0 where a token may look, a large negative number elsewhere. */
function attentionMask(tape: Tape, documents: Tensor): Tensor {
  const [rows = 0, length = 0] = documents.shape;
  const { o } = tape;
  const causal = Float64Array.from({ length: length * length }, (_, i) =>
    i % length <= Math.floor(i / length) ? 0 : MASKED,
  );
  const same = o.equal(
    o.reshape(documents, [rows, 1, length, 1]),
    o.reshape(documents, [rows, 1, 1, length]),
  );
  return o.where(same, o.constant(causal, [1, 1, length, length]), o.scalar(MASKED)); // (rows, 1, length, length)
}

/** Σ weights · −ln P(target), a scalar. */
export function decoderLoss(
  tape: Tape,
  spec: DecoderSpec,
  parameters: ReadonlyMap<string, Tensor>,
  batch: BatchInputs,
): Tensor {
  const { headCount, kvHeadCount, headSize } = spec;
  const [rows = 0, length = 0] = batch.documents.shape;
  const tokens = rows * length;
  const parameter = (name: string) => parameters.get(name)!;
  const linear = (x: Tensor, name: string) => tape.apply('matMul', [x, parameter(name)], { transB: true });
  const norm = (x: Tensor, name: string) =>
    tape.apply('rmsNorm', [x, parameter(name)], { epsilon: spec.rmsNormEps });
  const reshape = (x: Tensor, shape: readonly number[]) => tape.apply('reshape', [x], { shape });
  const swapTimeAndHeads = (x: Tensor) => tape.apply('transpose', [x], { permutation: [0, 2, 1, 3] });
  const heads = (x: Tensor, count: number) => swapTimeAndHeads(reshape(x, [rows, length, count, headSize]));
  const table = rotaryTable(tape, spec, batch.positions);
  const mask = attentionMask(tape, batch.documents);

  const attention = (x: Tensor, layer: number): Tensor => {
    const names = layerNames(layer);
    const q = tape.apply('rotary', [heads(linear(x, names.q), headCount)], { table }); // (rows, heads, length, headSize)
    const k = tape.apply('rotary', [heads(linear(x, names.k), kvHeadCount)], { table }); // (rows, kvHeads, length, headSize)
    const v = heads(linear(x, names.v), kvHeadCount);
    // Query heads that share a key head stand below each other, so that keys are not repeated.
    const group = headCount / kvHeadCount;
    const grouped = reshape(q, [rows, kvHeadCount, group * length, headSize]);
    const scores = tape.apply('matMul', [grouped, k], { transB: true, scale: 1 / Math.sqrt(headSize) });
    const masked = tape.apply('add', [reshape(scores, [rows, headCount, length, length]), mask], {});
    const probabilities = reshape(tape.apply('softmax', [masked], {}), [
      rows,
      kvHeadCount,
      group * length,
      length,
    ]);
    const mixed = tape.apply('matMul', [probabilities, v], {}); // (rows, kvHeads, group · length, headSize)
    const byTime = swapTimeAndHeads(reshape(mixed, [rows, headCount, length, headSize]));
    return linear(reshape(byTime, [tokens, headCount * headSize]), names.o);
  };
  const feedForward = (x: Tensor, layer: number): Tensor => {
    const names = layerNames(layer);
    return linear(tape.apply('swiGlu', [linear(x, names.gate), linear(x, names.up)], {}), names.down);
  };

  let x = tape.apply('gather', [parameter(embeddingName)], { indices: batch.tokens }); // (tokens, hiddenSize)
  for (let layer = 0; layer < spec.layerCount; layer++) {
    const names = layerNames(layer);
    x = tape.apply('add', [x, attention(norm(x, names.inputNorm), layer)], {});
    x = tape.apply('add', [x, feedForward(norm(x, names.postNorm), layer)], {});
  }
  const head = parameter(spec.tiedEmbeddings ? embeddingName : headName);
  const { targets, weights } = batch;
  return tape.apply('linearCrossEntropy', [norm(x, finalNormName), head], { targets, weights });
}
