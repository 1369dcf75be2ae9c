/** The training graph of a decoder, up to the log-probability of every target, over rows into which several documents
 *  are packed. Built from the same description as the inference graph; knows nothing of data, losses or optimisers. */
import type { RotaryTable, Tensor } from '../autodiff/operators.ts';
import type { Tape } from '../autodiff/tape.ts';
import {
  layerParameters,
  modelParameters,
  queryKeyValueSizes,
  type LayerParameters,
  type LinearParameters,
  type NormParameters,
} from '../nn/decoder-parameters.ts';
import { attentionOf, type DecoderSpec, type RotarySpec } from '../nn/decoder-spec.ts';
import { rotaryTables } from '../nn/rotary.ts';

export interface BatchShape {
  readonly rows: number;
  /** Tokens a row. */
  readonly length: number;
}

/** Graph inputs of one batch; tokens = rows × length. */
export interface TokenInputs {
  readonly tokens: Tensor; // (tokens) int64
  readonly documents: Tensor; // (rows, length) int64; a token sees its own document alone
  readonly positions: Tensor; // (rows, length) int64; from 0 in every document
  readonly targets: Tensor; // (tokens) int64: the next token
}

/** Added to scores that must not be attended to; exp of it is 0 in float32 and float64. */
const MASKED = -1e9;

export function tokenInputs(tape: Tape, { rows, length }: BatchShape): TokenInputs {
  const input = (name: keyof TokenInputs, shape: readonly number[]) => tape.input(name, 'int64', shape);
  return {
    tokens: input('tokens', [rows * length]),
    documents: input('documents', [rows, length]),
    positions: input('positions', [rows, length]),
    targets: input('targets', [rows * length]),
  };
}

/** What an adapter adds to the output of a linear layer; null where the layer has none.
 *  @param x the layer's input, (tokens, inSize) */
export type Adaptation = (x: Tensor, linear: LinearParameters) => Tensor | null;

function rotaryTable(tape: Tape, spec: DecoderSpec, rotary: RotarySpec, positions: Tensor): RotaryTable {
  const { headSize } = spec;
  const length = positions.shape[1]!;
  const { cos, sin } = rotaryTables(length, headSize, headSize, rotary);
  const table = (values: Float32Array) => tape.o.constant(values, [length, headSize / 2]);
  return { positions, cos: table(cos), sin: table(sin), negativeSin: table(sin.map((value) => -value)) };
}

/** What is added to the scores: 0 where a token may look, a large negative number elsewhere.
 *  @param window tokens that each token sees, itself included; null: all before it */
function attentionMask(tape: Tape, documents: Tensor, window: number | null): Tensor {
  const [rows = 0, length = 0] = documents.shape;
  const { o } = tape;
  const reach = window ?? length;
  const causal = Float64Array.from({ length: length * length }, (_, i) => {
    const back = Math.floor(i / length) - (i % length);
    return back >= 0 && back < reach ? 0 : MASKED;
  });
  const same = o.equal(
    o.reshape(documents, [rows, 1, length, 1]),
    o.reshape(documents, [rows, 1, 1, length]),
  );
  return o.where(same, o.constant(causal, [1, 1, length, length]), o.scalar(MASKED)); // (rows, 1, length, length)
}

/** One value for each distinct key. */
function memoised<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const name = JSON.stringify(key);
    const value = known.get(name) ?? make(key);
    known.set(name, value);
    return value;
  };
}

/** ln P(target) of every token, (tokens, 1). */
export function decoderLogProbabilities(
  tape: Tape,
  spec: DecoderSpec,
  parameters: ReadonlyMap<string, Tensor>,
  batch: TokenInputs,
  adaptation: Adaptation = () => null,
): Tensor {
  const { headCount, kvHeadCount, headSize } = spec;
  const [rows = 0, length = 0] = batch.documents.shape;
  const tokens = rows * length;
  const parameter = (name: string) => parameters.get(name)!;
  const reshape = (x: Tensor, shape: readonly number[]) => tape.apply('reshape', [x], { shape });
  const add = (a: Tensor, b: Tensor) => tape.apply('add', [a, b], {});
  const swapTimeAndHeads = (x: Tensor) => tape.apply('transpose', [x], { permutation: [0, 2, 1, 3] });
  const heads = (x: Tensor, count: number) => swapTimeAndHeads(reshape(x, [rows, length, count, headSize]));
  const tableOf = memoised((rotary: RotarySpec) => rotaryTable(tape, spec, rotary, batch.positions));
  const maskOf = memoised((window: number | null) => attentionMask(tape, batch.documents, window));

  const linear = (x: Tensor, layer: LinearParameters): Tensor => {
    const { weight, bias, transposed } = layer;
    const product = tape.apply('matMul', [x, parameter(weight)], { transB: !transposed });
    const shifted = bias === null ? product : add(product, parameter(bias));
    const added = adaptation(x, layer);
    return added === null ? shifted : add(shifted, added);
  };
  const norm = (x: Tensor, { weight, bias }: NormParameters): Tensor => {
    const epsilon = spec.normEps;
    if (spec.norm === 'layer' && bias !== null) {
      return tape.apply('layerNorm', [x, parameter(weight), parameter(bias)], { epsilon });
    }
    const scale =
      spec.normOffset === 0 ? parameter(weight) : add(parameter(weight), tape.o.scalar(spec.normOffset));
    return tape.apply('rmsNorm', [x, scale], { epsilon });
  };
  const branch = (x: Tensor, after: NormParameters | null) => (after === null ? x : norm(x, after));

  /** Of each head by itself. @param x (tokens, heads · headSize) */
  const headNorm = (x: Tensor, by: NormParameters | null): Tensor =>
    by === null ? x : reshape(norm(reshape(x, [(tokens * x.shape[1]!) / headSize, headSize]), by), x.shape);

  /** Queries, keys and values, each (tokens, heads · headSize). */
  const queryKeyValue = (x: Tensor, { queryKeyValue: linears }: LayerParameters): readonly Tensor[] => {
    if (linears.length > 1) return linears.map((each) => linear(x, each));
    const together = linear(x, linears[0]!);
    let start = 0;
    return queryKeyValueSizes(spec).map((size) => {
      const end = start + size;
      const part = tape.apply('slice', [together], { axis: 1, start, end });
      start = end;
      return part;
    });
  };

  const attention = (x: Tensor, layer: LayerParameters, index: number): Tensor => {
    const { rotary, window } = attentionOf(spec, index);
    const [flatQ, flatK, flatV] = queryKeyValue(x, layer) as readonly [Tensor, Tensor, Tensor];
    const turned = (value: Tensor) =>
      rotary === null ? value : tape.apply('rotary', [value], { table: tableOf(rotary) });
    const q = turned(heads(headNorm(flatQ, layer.queryNorm), headCount)); // (rows, heads, length, headSize)
    const k = turned(heads(headNorm(flatK, layer.keyNorm), kvHeadCount)); // (rows, kvHeads, length, headSize)
    const v = heads(flatV, kvHeadCount);
    // Query heads that share a key head stand below each other, so that keys are not repeated.
    const group = headCount / kvHeadCount;
    const grouped = reshape(q, [rows, kvHeadCount, group * length, headSize]);
    const scores = tape.apply('matMul', [grouped, k], { transB: true, scale: spec.attentionScale });
    const masked = add(reshape(scores, [rows, headCount, length, length]), maskOf(window));
    const probabilities = reshape(tape.apply('softmax', [masked], {}), [
      rows,
      kvHeadCount,
      group * length,
      length,
    ]);
    const mixed = tape.apply('matMul', [probabilities, v], {}); // (rows, kvHeads, group · length, headSize)
    const byTime = swapTimeAndHeads(reshape(mixed, [rows, headCount, length, headSize]));
    return linear(reshape(byTime, [tokens, headCount * headSize]), layer.attentionOutput);
  };
  const widen = (x: Tensor, { gate, up }: LayerParameters): Tensor => {
    if (gate === null) return activate(linear(x, up));
    if (spec.activation === 'silu') return tape.apply('swiGlu', [linear(x, gate), linear(x, up)], {});
    return tape.apply('mul', [activate(linear(x, gate)), linear(x, up)], {});
  };
  const activate = (x: Tensor): Tensor =>
    spec.activation === 'gelu_tanh'
      ? tape.apply('geluTanh', [x], {})
      : tape.apply('mul', [x, tape.apply('sigmoid', [x], {})], {});

  const model = modelParameters(spec);
  const embed = (): Tensor => {
    const x = tape.apply('gather', [parameter(model.embedding)], { indices: batch.tokens }); // (tokens, hiddenSize)
    const scaled =
      spec.embeddingScale === 1 ? x : tape.apply('mul', [x, tape.o.scalar(spec.embeddingScale)], {});
    if (model.positions === null) return scaled;
    const indices = tape.o.reshape(batch.positions, [tokens]);
    return add(scaled, tape.apply('gather', [parameter(model.positions)], { indices }));
  };

  let x = embed();
  for (let index = 0; index < spec.layerCount; index++) {
    const layer = layerParameters(spec, index);
    const attended = attention(norm(x, layer.inputNorm), layer, index);
    x = add(x, branch(attended, layer.attentionBranchNorm));
    const fed = linear(widen(norm(x, layer.feedForwardNorm), layer), layer.down);
    x = add(x, branch(fed, layer.feedForwardBranchNorm));
  }
  const { targets } = batch;
  return tape.apply('targetLogProbabilities', [norm(x, model.finalNorm), parameter(model.head)], { targets });
}
