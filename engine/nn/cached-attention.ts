/** Attention of new tokens over themselves and a cache, as nodes of the inference graph. Two ways, picked at each run:
 *
 *  Reading a prompt, one row of many tokens: GroupQueryAttention. It copies past and new keys into a buffer of their
 *  own, which many tokens share.
 *
 *  Decoding, one token for each row: scores over the past where it lies, scores over the new token, one softmax. No
 *  copy of the past; each product has a single row, for which ONNX Runtime has kernels that read a matrix in place
 *  (with a factor of 1 only, so that queries are scaled before). At 576 positions it takes 0.6 times the time.
 *
 *  Knows one layer's queries, keys and values; knows nothing of weights. */
import type { Dim, OnnxGraph, Value } from '../onnx/graph.ts';
import { onnxDataType } from '../tensor/dtype.ts';
import type { AttentionForm } from './attention-forms.ts';
import { attentionOf, type DecoderSpec } from './decoder-spec.ts';
import { groupQueryAttention } from './group-query-attention.ts';
import { graphHeadSize } from './head-padding.ts';

/** Inputs of the graph that all layers share. */
interface AttentionInputs {
  readonly decoding: Value;
  readonly seqlens: Value;
  readonly total: Value;
  readonly fresh: Value;
  readonly attending: Value;
  readonly filling: Value;
  /** Positions of the past, and the new one. */
  readonly split: Value;
  /** `seqlens` as (attending, 1) int64: the position of the token that is decoded. */
  readonly positions: Value;
  /** By the window of the layer. */
  readonly masks: ReadonlyMap<number | null, Value>;
}

/** What one layer adds to the graph's outputs: new keys and new values, each (attending, 1, kvHeads · headSize) of
 *  decoding, (kvHeads · time, 1, headSize) of reading. */
interface Attended {
  readonly attention: Value;
  readonly newKeys: Value;
  readonly newValues: Value;
}

/** Name of the mask of layers with this window. */
export function maskInputName(window: number | null): string {
  return window === null ? 'mask' : `mask.${window}`;
}

/** Windows of a decoder's layers, each once. */
export function windowsOf(spec: DecoderSpec): (number | null)[] {
  return [...new Set(spec.attention.map(({ window }) => window))];
}

function attentionInputs(graph: OnnxGraph, spec: DecoderSpec): AttentionInputs {
  const decoding = graph.input('decoding', 'bool', []);
  const seqlens = graph.input('seqlens', 'int32', ['attending']);
  const total = graph.input('total', 'int32', [1]);
  const fresh = graph.input('fresh', 'int64', ['rows']);
  const attending = graph.input('attending', 'int64', ['attending']);
  const filling = graph.input('filling', 'int64', ['batch']);
  const split = graph.input('split', 'int64', [2]);
  const masks = new Map(
    windowsOf(spec).map((window) => [
      window,
      graph.input(maskInputName(window), 'float32', ['attending', 1, 1, 1, 'past']),
    ]),
  );
  const last = graph.apply('Cast', [seqlens], ['attending'], {
    dtype: 'int64',
    attributes: { to: onnxDataType.int64 },
  });
  const positions = graph.apply('Reshape', [last, graph.int64([-1, 1])], ['attending', 1]);
  return { decoding, seqlens, total, fresh, attending, filling, split, positions, masks };
}

/** The form of a graph whose cache lies outside, in buffers of the processor. */
export function freshAttention(graph: OnnxGraph, spec: DecoderSpec): AttentionForm {
  const inputs = attentionInputs(graph, spec);
  const freshRows: Value[] = [];
  return {
    lastPositions: () =>
      graph.apply('Gather', [inputs.positions, inputs.filling], ['batch', 1], { dtype: 'int64' }),
    attend(layer, queryKeyValues, angles) {
      const { attention, newKeys, newValues } = attend(graph, spec, layer, inputs, queryKeyValues, angles);
      freshRows.push(newKeys, newValues);
      return attention;
    },
    finish() {
      const shape = ['2*layers*rows', 1, 'row'];
      graph.output(graph.apply('Concat', freshRows, shape, { name: 'fresh_kv', attributes: { axis: 0 } }));
    },
  };
}

/** @param queryKeyValues packed into the first, or three
 *  @param angles cosines and sines, (positions, headSize / 2); null: nothing is rotated */
function attend(
  graph: OnnxGraph,
  spec: DecoderSpec,
  layer: number,
  inputs: AttentionInputs,
  queryKeyValues: readonly (Value | null)[],
  angles: readonly [Value, Value] | null,
): Attended {
  const { headCount, kvHeadCount } = spec;
  const headSize = graphHeadSize(spec);
  const querySize = headCount * headSize;
  const keySize = kvHeadCount * headSize;
  const group = headCount / kvHeadCount;
  const { window } = attentionOf(spec, layer);
  const past = ['attending', kvHeadCount, 1, 'past', headSize]; // (attending, kvHeads, 1, pastPositions, headSize)
  const pastKeys = graph.input(`past_k.${layer}`, 'float32', past);
  const pastValues = graph.input(`past_v.${layer}`, 'float32', past);
  const [attention, newKeys, newValues] = graph.either(inputs.decoding, decode, read);
  return { attention: attention!, newKeys: newKeys!, newValues: newValues! };

  function read(): Value[] {
    const packed = (x: Value) =>
      graph.apply('Squeeze', [x, graph.int64([2])], ['attending', kvHeadCount, 'past', headSize]);
    const [result, ...presents] = groupQueryAttention(
      graph,
      spec,
      {
        queryKeyValues,
        pastKeys: packed(pastKeys),
        pastValues: packed(pastValues),
        seqlens: inputs.seqlens,
        total: inputs.total,
        angles,
      },
      'attending',
      window,
    );
    const newRows = presents.map((whole) =>
      graph.apply(
        'Gather',
        [
          graph.apply(
            'Reshape',
            [whole, graph.int64([-1, 1, headSize])],
            ['attending*kvHeads*present', 1, headSize],
          ),
          inputs.fresh,
        ],
        ['rows', 1, headSize],
        { attributes: { axis: 0 } },
      ),
    );
    return [result, ...newRows];
  }

  function decode(): Value[] {
    const [queries, keys, values] = rotated(queryKeyValues.map((x) => x && ofAttending(x)));
    const grouped = ['attending', kvHeadCount, group, 1, headSize]; // (attending, kvHeads, group, 1, headSize)
    const q = graph.apply(
      'Reshape',
      [
        graph.apply('Mul', [queries, graph.float32([spec.attentionScale])], ['attending', 1, querySize]),
        graph.int64([0, kvHeadCount, group, 1, headSize]),
      ],
      grouped,
    );
    const ofToken = (x: Value) =>
      graph.apply(
        'Reshape',
        [x, graph.int64([0, kvHeadCount, 1, 1, headSize])],
        ['attending', kvHeadCount, 1, 1, headSize],
      );
    const scores = (to: Value, length: string | number) =>
      rowTimes(q, to, 1, ['attending', kvHeadCount, group, 1, length]);
    const ofPast = ['attending', kvHeadCount, group, 1, 'past'];
    const ofAll = ['attending', kvHeadCount, group, 1, 'past+1'];
    const masked = graph.apply('Add', [scores(pastKeys, 'past'), inputs.masks.get(window)!], ofPast);
    const all = graph.apply('Concat', [masked, scores(ofToken(keys), 1)], ofAll, { attributes: { axis: 4 } });
    const weights = graph.apply('Softmax', [all], ofAll, { attributes: { axis: 4 } });
    const [ofHeld, ofNew] = graph.node(
      'Split',
      [weights, inputs.split],
      [
        { dtype: 'float32', shape: ofPast },
        { dtype: 'float32', shape: ['attending', kvHeadCount, group, 1, 1] },
      ],
      { attributes: { axis: 4 } },
    );
    const result = graph.apply(
      'Add',
      [rowTimes(ofHeld!, pastValues, 0, grouped), graph.apply('Mul', [ofNew!, ofToken(values)], grouped)],
      grouped,
    );
    const flat = graph.apply(
      'Reshape',
      [result, graph.int64([0, 1, querySize])],
      ['attending', 'time', querySize],
    );
    const filled = graph.apply('Gather', [flat, inputs.filling], ['batch', 'time', querySize], {
      attributes: { axis: 0 },
    });
    return [filled, keys, values];
  }

  /** One row of each head by a matrix that its group shares. Where all has one head of keys and one sequence, ONNX
   *  Runtime would take the group for the rows of a single product, which is rounded otherwise than in a batch; it does
   *  not where rows are given as columns, though the product is slower. */
  function rowTimes(row: Value, matrix: Value, transB: 0 | 1, shape: readonly Dim[]): Value {
    const isShared = kvHeadCount === 1;
    const column = (x: Value) =>
      graph.apply('Reshape', [x, graph.int64([0, 0, 0, -1, 1])], [...x.shape.slice(0, 3), x.shape[4]!, 1]);
    return graph.apply('FusedMatMul', [isShared ? column(row) : row, matrix], shape, {
      domain: 'com.microsoft',
      attributes: { transA: isShared ? 1 : 0, transB, alpha: { float: 1 } },
    });
  }

  /** The rows that attend, of something (batch, 1, size). */
  function ofAttending(x: Value): Value {
    return graph.apply('Gather', [x, inputs.attending], ['attending', 1, x.shape[2]!], {
      attributes: { axis: 0 },
    });
  }

  /** Queries and keys turned by their positions, and values, each (attending, 1, heads · headSize). */
  function rotated([q, k, v]: readonly (Value | null)[]): readonly [Value, Value, Value] {
    if (k && v) return [turned(q!, headCount), turned(k, kvHeadCount), v];
    const [both, values] = parted(q!, querySize + keySize, keySize);
    const [queries, keys] = parted(turned(both, headCount + kvHeadCount), querySize, keySize);
    return [queries, keys, values];
  }

  function turned(x: Value, heads: number): Value {
    if (angles === null) return x;
    return graph.apply('RotaryEmbedding', [x, inputs.positions, ...angles], x.shape, {
      domain: 'com.microsoft',
      attributes: { num_heads: heads, rotary_embedding_dim: 0 },
    });
  }

  function parted(x: Value, first: number, second: number): readonly [Value, Value] {
    const part = (size: number) => ({ dtype: 'float32', shape: ['attending', 1, size] }) as const;
    const [a, b] = graph.node('Split', [x, graph.int64([first, second])], [part(first), part(second)], {
      attributes: { axis: 2 },
    });
    return [a!, b!];
  }
}
