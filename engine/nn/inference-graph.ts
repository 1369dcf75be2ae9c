/** The decoder as a graph for inference: fused operators, a key-value cache outside the graph.
 *  Knows the computation; knows neither where weights come from nor where they are kept.
 *
 *  Inputs
 *    ids     (batch, time) int64
 *    sel     (selected) int64: rows of the flattened (batch · time) whose logits are wanted
 *  Outputs
 *    logits  (selected, vocab)
 *  and those of the cache: whole-attention.ts. */
import type { OnnxGraph, Value } from '../onnx/graph.ts';
import type { GraphForm } from './attention-forms.ts';
import {
  layerParameters,
  modelParameters,
  queryKeyValueSizes,
  type LayerParameters,
  type LinearParameters,
  type NormParameters,
} from './decoder-parameters.ts';
import { attentionOf, type DecoderSpec, type RotarySpec } from './decoder-spec.ts';
import { concatenated, embeddingMatrix, linearMatrix, type PlaceWeight } from './matrices.ts';
import { precisions, roundedToFloat16, type Precision } from './precision.ts';
import { cut, graphHeadSize, turned, withPaddedHeads } from './head-padding.ts';
import { rotaryTables } from './rotary.ts';

/** Raise when the graph changes: cached graphs of an older version are then left alone. */
export const INFERENCE_GRAPH_VERSION = 7;

export interface WeightPlacer {
  /** A stored weight by its Hugging Face name, row-major. */
  read(name: string): Promise<Float32Array>;
  readonly place: PlaceWeight;
}

/** Inputs of a linear layer's adapter: x · a · b is added to its product. */
export function adapterInputNames(weight: string): { readonly a: string; readonly b: string } {
  return { a: `adapter.${weight}.a`, b: `adapter.${weight}.b` };
}

export interface GraphOptions {
  /** Whether every linear layer takes an adapter as inputs: (in, rank) and (rank, out), where a rank of 0 stands for
   *  none. Default: no. */
  readonly adapters?: boolean;
  /** Whether each row of a batch goes through a layer by itself, so that no product sees how many there are.
   *  Default: no. */
  readonly rowsApart?: boolean;
}

/** Builds into `graph`, reading one weight at a time. */
export async function buildInferenceGraph(
  graph: OnnxGraph,
  spec: DecoderSpec,
  precision: Precision,
  weights: WeightPlacer,
  form: GraphForm,
  { adapters = false, rowsApart = false }: GraphOptions = {},
): Promise<void> {
  const { accuracyLevel } = form;
  const { layers, vocabulary } = precisions[precision];
  const read = async (name: string) => {
    const data = await weights.read(name);
    return precision === 'float16' ? roundedToFloat16(data) : data;
  };
  const { hiddenSize, headCount, kvHeadCount, layerCount, vocabSize } = spec;
  const headSize = graphHeadSize(spec);
  /** Of what a layer works on, before the size of a token. */
  const tokens: readonly string[] = rowsApart ? ['time'] : ['batch', 'time'];
  const hidden = [...tokens, hiddenSize];
  const querySize = headCount * headSize;

  const ids = graph.input('ids', 'int64', ['batch', 'time']);
  const sel = graph.input('sel', 'int64', ['selected']);
  // What an adapter adds to the queries comes unscaled.
  const queryScale = adapters ? 1 : spec.attentionScale;
  const cache = form.attention(graph, spec, queryScale);

  const rotary = new Map<string, Promise<readonly [Value, Value]>>();
  /** Layers that rotate alike share their tables. */
  const rotaryInputs = (how: RotarySpec) => {
    const key = JSON.stringify(how);
    const known = rotary.get(key);
    if (known) return known;
    const place = async (index: number) => {
      const tables = rotaryTables(spec.maxPositions, spec.headSize, headSize, how);
      const shape = [spec.maxPositions, headSize / 2];
      return [
        await weights.place(`rotary.cos.${index}`, 'float32', shape, tables.cos),
        await weights.place(`rotary.sin.${index}`, 'float32', shape, tables.sin),
      ] as const;
    };
    const placed = place(rotary.size);
    rotary.set(key, placed);
    return placed;
  };

  const vector = (name: string, data: Float32Array) => weights.place(name, 'float32', [data.length], data);

  /** Rows of outputs, (outSize, inSize), as most checkpoints store them. */
  const readMatrix = async ({ weight, inSize, outSize, transposed }: LinearParameters) => {
    const data = await read(weight);
    return transposed ? turned(data, inSize, outSize) : data;
  };

  /** x · Wᵀ + b, several weights side by side.
   *  @param linears whose weights they are */
  const multiply = async (
    x: Value,
    linears: readonly LinearParameters[],
    parts: readonly Float32Array[],
    inSize: number,
    bias: Float32Array | null,
  ) => {
    const name = linears[0]!.weight;
    const outSize = parts.reduce((sum, part) => sum + part.length, 0) / inSize;
    const shape = [...tokens, outSize];
    const matrix = await linearMatrix(graph, weights.place, name, parts, inSize, layers, accuracyLevel);
    const product = adapters
      ? graph.apply('Add', [matrix.multiply(x, shape), adapted(x, linears, parts, inSize)], shape)
      : matrix.multiply(x, shape);
    return bias ? graph.apply('Add', [product, await vector(`${name}.bias`, bias)], shape) : product;
  };

  /** What the adapters of several linear layers add, side by side. */
  const adapted = (
    x: Value,
    linears: readonly LinearParameters[],
    parts: readonly Float32Array[],
    inSize: number,
  ) => {
    const outSize = parts.reduce((sum, part) => sum + part.length, 0) / inSize;
    const deltas = linears.map(({ weight }, index) => {
      const names = adapterInputNames(weight);
      // A single matrix may hold several parts.
      const size = linears.length === 1 ? outSize : parts[index]!.length / inSize;
      const a = graph.input(names.a, 'float32', [inSize, `${weight}.rank`]);
      const b = graph.input(names.b, 'float32', [`${weight}.rank`, size]);
      const narrow = graph.apply('MatMul', [x, a], [...tokens, `${weight}.rank`]);
      return graph.apply('MatMul', [narrow, b], [...tokens, size]);
    });
    return deltas.length === 1
      ? deltas[0]!
      : graph.apply('Concat', deltas, [...tokens, outSize], { attributes: { axis: -1 } });
  };

  const linear = async (x: Value, parameters: LinearParameters) =>
    multiply(
      x,
      [parameters],
      [await readMatrix(parameters)],
      parameters.inSize,
      parameters.bias === null ? null : await read(parameters.bias),
    );

  /** Weight, and bias where there is one, of a norm over the hidden size. */
  const normInputs = async ({ weight, bias }: NormParameters) => {
    const scale = await vector(weight, plus(await read(weight), spec.normOffset));
    return bias === null ? [scale] : [scale, await vector(bias, await read(bias))];
  };

  const epsilon = { float: spec.normEps };

  const normalise = async (x: Value, parameters: NormParameters) =>
    graph.apply(
      spec.norm === 'rms' ? 'SimplifiedLayerNormalization' : 'LayerNormalization',
      [x, ...(await normInputs(parameters))],
      hidden,
      { attributes: { epsilon, axis: -1, stash_type: 1 } },
    );

  /** Adds to the residual stream and normalises the sum. */
  const addAndNormalise = async (x: Value, residual: Value, parameters: NormParameters) => {
    const type = { dtype: 'float32', shape: hidden } as const;
    const [normal, , , sum] = graph.node(
      spec.norm === 'rms' ? 'SkipSimplifiedLayerNormalization' : 'SkipLayerNormalization',
      [x, residual, ...(await normInputs(parameters))],
      [type, null, null, type],
      { domain: 'com.microsoft', attributes: { epsilon } },
    );
    return { normal: normal!, residual: sum! };
  };

  const table = async (name: string) =>
    embeddingMatrix(graph, weights.place, name, await read(name), hiddenSize, vocabulary, accuracyLevel);

  const model = modelParameters(spec);
  const embedding = await table(model.embedding);
  const embedded = await embed();

  const present = (values: readonly (Value | null)[]) => values.filter((value) => value !== null);
  /** What stands between two layers' attention: nodes that know nothing of other rows. */
  const ofRows = (inputs: readonly Value[], build: (rows: readonly Value[]) => Promise<readonly Value[]>) =>
    rowsApart ? graph.scan(inputs, build) : build(inputs);

  let residual = embedded;
  let products: readonly Value[] = await ofRows([embedded], async ([x]) => {
    const first = layerParameters(spec, 0);
    return present(await queryKeyValue(await normalise(x!, first.inputNorm), first));
  });
  for (let layer = 0; layer < layerCount; layer++) {
    const parameters = layerParameters(spec, layer);
    const next = layer + 1 < layerCount ? layerParameters(spec, layer + 1) : null;
    const { rotary: how } = attentionOf(spec, layer);
    const angles = how && (await rotaryInputs(how));
    const [query = null, key = null, value = null] = products;
    const attended = cache.attend(layer, [query, key, value], angles);
    const [sum, ...following] = await ofRows([residual, attended], async ([x, heads]) => {
      const projected = await projectHeads(heads!, parameters.attentionOutput);
      const attention = await branch(projected, parameters.attentionBranchNorm);
      const inner = await addAndNormalise(attention, x!, parameters.feedForwardNorm);
      const down = await linear(await widen(inner.normal, parameters), parameters.down);
      const feedForward = await branch(down, parameters.feedForwardBranchNorm);
      const outer = await addAndNormalise(feedForward, inner.residual, next?.inputNorm ?? model.finalNorm);
      return [outer.residual, ...(next ? present(await queryKeyValue(outer.normal, next)) : [outer.normal])];
    });
    residual = sum!;
    products = following;
  }
  const final = products[0]!;

  const flat = graph.apply('Reshape', [final, graph.int64([-1, hiddenSize])], ['batch*time', hiddenSize]);
  const selected = graph.apply('Gather', [flat, sel], ['selected', hiddenSize], { attributes: { axis: 0 } });
  const head = model.head === model.embedding ? embedding : await table(model.head);
  graph.output(head.multiply(selected, ['selected', vocabSize], 'logits'));
  cache.finish();

  /** The first values of the residual stream. */
  async function embed(): Promise<Value> {
    const embeddedShape = ['batch', 'time', hiddenSize];
    let x = embedding.gather(ids, embeddedShape);
    if (spec.embeddingScale !== 1) {
      x = graph.apply('Mul', [x, graph.float32([spec.embeddingScale])], embeddedShape);
    }
    if (model.positions === null) return x;
    const rows = await read(model.positions);
    const positions = await weights.place(
      model.positions,
      'float32',
      [rows.length / hiddenSize, hiddenSize],
      rows,
    );
    const chosen = graph.apply('Gather', [positions, positionIds()], embeddedShape);
    return graph.apply('Add', [x, chosen], embeddedShape);
  }

  /** Position of each token, (batch, time): the row's last one is at `seqlens`. */
  function positionIds(): Value {
    const int64 = { dtype: 'int64' } as const;
    const [zero, one] = [graph.int64([0], []), graph.int64([1], [])];
    const time = graph.apply('Gather', [graph.apply('Shape', [ids], [2]), one], [], int64);
    const ahead = graph.apply('Range', [zero, time, one], ['time'], int64);
    const first = graph.apply(
      'Sub',
      [cache.lastPositions(), graph.apply('Sub', [time, one], [])],
      ['batch', 1],
    );
    return graph.apply('Add', [first, ahead], ['batch', 'time']);
  }

  /** Normalised where the architecture says so, before it is added to the residual stream. */
  function branch(x: Value, parameters: NormParameters | null): Promise<Value> {
    return parameters === null ? Promise.resolve(x) : normalise(x, parameters);
  }

  /** The inner layer of the feed-forward network, activated. */
  async function widen(x: Value, { gate, up }: LayerParameters): Promise<Value> {
    const wide = [...tokens, spec.intermediateSize];
    const upper = await linear(x, up);
    if (gate === null) return activate(upper, wide);
    return graph.apply('Mul', [activate(await linear(x, gate), wide), upper], wide);
  }

  function activate(x: Value, shape: readonly (number | string)[]): Value {
    return spec.activation === 'silu'
      ? // QuickGelu with alpha 1 is x · sigmoid(x), which is SiLU.
        graph.apply('QuickGelu', [x], shape, {
          domain: 'com.microsoft',
          attributes: { alpha: { float: 1 } },
        })
      : graph.apply('Gelu', [x], shape, { attributes: { approximate: 'tanh' } });
  }

  /** One tensor with queries, keys and values side by side, or three where heads are normalised. */
  async function queryKeyValue(x: Value, parameters: LayerParameters): Promise<readonly (Value | null)[]> {
    const { weights: parts, biases } = await readQueryKeyValue(parameters);
    const linears = parameters.queryKeyValue;
    if (!spec.queryKeyNorm) {
      const bias = biases && concatenated(biases);
      return [await multiply(x, linears, parts, hiddenSize, bias), null, null];
    }
    const [q, k, v] = await Promise.all(
      parts.map((part, index) => multiply(x, [linears[index]!], [part], hiddenSize, biases?.[index] ?? null)),
    );
    return [
      await normaliseHeads(q!, headCount, parameters.queryNorm!, queryScale),
      await normaliseHeads(k!, kvHeadCount, parameters.keyNorm!, 1),
      v!,
    ];
  }

  /** Rows of queries, of keys and of values, and their biases, all with padded heads. */
  async function readQueryKeyValue({ queryKeyValue: linears }: LayerParameters) {
    const sizes = queryKeyValueSizes(spec);
    const scales = [spec.queryKeyNorm ? 1 : queryScale, 1, 1];
    const matrices = await Promise.all(linears.map(readMatrix));
    const vectors = await Promise.all(linears.flatMap(({ bias }) => (bias === null ? [] : [read(bias)])));
    const split = (stored: readonly Float32Array[], width: number) => {
      const rows = stored.length === 1 ? cut(stored[0]!, sizes, width) : stored;
      return rows.map((part, index) => withPaddedHeads(times(part, scales[index]!), spec, width));
    };
    return {
      weights: split(matrices, hiddenSize),
      biases: vectors.length === 0 ? null : split(vectors, 1),
    };
  }

  /** Over each head by itself. The mean square is taken over the padded size: epsilon and weight make up for it. */
  async function normaliseHeads(
    x: Value,
    heads: number,
    { weight }: NormParameters,
    scale: number,
  ): Promise<Value> {
    const share = spec.headSize / headSize;
    const stored = plus(await read(weight), spec.normOffset).map((value) => value * Math.sqrt(share) * scale);
    const kept = tokens.map(() => 0);
    const apart = [...tokens, heads, headSize];
    const normal = graph.apply(
      'SimplifiedLayerNormalization',
      [
        graph.apply('Reshape', [x, graph.int64([...kept, heads, headSize])], apart),
        await vector(weight, withPaddedHeads(stored, spec, 1)),
      ],
      apart,
      { attributes: { epsilon: { float: spec.normEps * share }, axis: -1, stash_type: 1 } },
    );
    return graph.apply(
      'Reshape',
      [normal, graph.int64([...kept, heads * headSize])],
      [...tokens, heads * headSize],
    );
  }

  async function projectHeads(x: Value, parameters: LinearParameters): Promise<Value> {
    const matrix = withPaddedHeads(await readMatrix(parameters), spec, 1);
    const bias = parameters.bias === null ? null : await read(parameters.bias);
    return multiply(x, [parameters], [matrix], querySize, bias);
  }
}

function plus(data: Float32Array, offset: number): Float32Array {
  return offset === 0 ? data : data.map((value) => value + offset);
}

function times(data: Float32Array, factor: number): Float32Array {
  return factor === 1 ? data : data.map((value) => value * factor);
}
