/** A plain Llama as an exported ONNX folder, in the layout of the onnx-community models: what transformers.js runs in
 *  peers.bench.ts. Weights, blocks and operators are those of the engine's own graph; the cache goes in and out. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../../../engine/checkpoint/checkpoint.ts';
import {
  layerParameters,
  modelParameters,
  type LinearParameters,
} from '../../../engine/nn/decoder-parameters.ts';
import { attentionOf } from '../../../engine/nn/decoder-spec.ts';
import { embeddingMatrix, linearMatrix, type PlaceWeight } from '../../../engine/nn/matrices.ts';
import { precisions, type Precision } from '../../../engine/nn/precision.ts';
import { rotaryTables } from '../../../engine/nn/rotary.ts';
import { OnnxGraph, type Value } from '../../../engine/onnx/graph.ts';
import { onnxDataType } from '../../../engine/tensor/dtype.ts';

const DATA = 'model.onnx_data';

export async function exportLlama({ spec, weights }: Checkpoint, precision: Precision, folder: string) {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const file = await open(join(folder, 'onnx', DATA), 'w');
  const graph = new OnnxGraph();
  let end = 0;
  const place: PlaceWeight = async (name, dtype, shape, data) => {
    const offset = Math.ceil(end / 4096) * 4096;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    await file.write(bytes, 0, bytes.byteLength, offset);
    end = offset + bytes.byteLength;
    return graph.external(name, dtype, shape, { location: DATA, offset, byteLength: bytes.byteLength });
  };
  await build(graph, place);
  await file.close();
  await writeFile(join(folder, 'onnx', 'model.onnx'), graph.encode());
  const config = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: spec.vocabSize,
    hidden_size: spec.hiddenSize,
    intermediate_size: spec.intermediateSize,
    num_hidden_layers: spec.layerCount,
    num_attention_heads: spec.headCount,
    num_key_value_heads: spec.kvHeadCount,
    head_dim: spec.headSize,
    max_position_embeddings: spec.maxPositions,
    bos_token_id: 1,
    eos_token_id: 2,
    'transformers.js_config': { use_external_data_format: { 'model.onnx': 1 } },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));

  async function build(g: OnnxGraph, put: PlaceWeight): Promise<void> {
    const { hiddenSize, headCount, kvHeadCount, headSize, layerCount, vocabSize, intermediateSize } = spec;
    const { layers, vocabulary } = precisions[precision];
    const hidden = ['batch', 'time', hiddenSize];
    const ids = g.input('input_ids', 'int64', ['batch', 'time']);
    const mask = g.input('attention_mask', 'int64', ['batch', 'total']);
    const int32 = { dtype: 'int32', attributes: { to: onnxDataType.int32 } } as const;
    const held = g.apply('ReduceSum', [mask, g.int64([1])], ['batch'], { attributes: { keepdims: 0 } });
    const seqlens = g.apply('Cast', [g.apply('Sub', [held, g.int64([1], [])], ['batch'])], ['batch'], int32);
    const length = g.apply('Gather', [g.apply('Shape', [mask], [2]), g.int64([1])], [1]);
    const total = g.apply('Cast', [length], [1], int32);
    const tables = rotaryTables(spec.maxPositions, headSize, headSize, attentionOf(spec, 0).rotary!);
    const angles = [spec.maxPositions, headSize / 2];
    const cos = await put('cos', 'float32', angles, tables.cos);
    const sin = await put('sin', 'float32', angles, tables.sin);
    const norm = async (weight: string) => {
      const data = await weights.read(weight);
      return put(weight, 'float32', [data.length], data);
    };
    const linear = async (x: Value, parts: readonly LinearParameters[]) => {
      const { inSize, weight } = parts[0]!;
      const data = await Promise.all(parts.map((part) => weights.read(part.weight)));
      const matrix = await linearMatrix(g, put, weight, data, inSize, layers, 4);
      return matrix.multiply(x, ['batch', 'time', parts.reduce((sum, { outSize }) => sum + outSize, 0)]);
    };
    const epsilon = { float: spec.normEps };
    const skip = async (x: Value, residual: Value, weight: string) => {
      const type = { dtype: 'float32', shape: hidden } as const;
      const [normal, , , sum] = g.node(
        'SkipSimplifiedLayerNormalization',
        [x, residual, await norm(weight)],
        [type, null, null, type],
        { domain: 'com.microsoft', attributes: { epsilon } },
      );
      return { normal: normal!, residual: sum! };
    };
    const model = modelParameters(spec);
    const rows = await weights.read(model.embedding);
    const table = await embeddingMatrix(g, put, model.embedding, rows, hiddenSize, vocabulary, 4);
    const embedded = table.gather(ids, hidden);
    const first = await norm(layerParameters(spec, 0).inputNorm.weight);
    let stream = {
      normal: g.apply('SimplifiedLayerNormalization', [embedded, first], hidden, {
        attributes: { epsilon, axis: -1, stash_type: 1 },
      }),
      residual: embedded,
    };
    const presents: Value[] = [];
    for (let layer = 0; layer < layerCount; layer++) {
      const parameters = layerParameters(spec, layer);
      // transformers.js knows the size of a batch by this name.
      const past = ['batch_size', kvHeadCount, 'past', headSize];
      const pasts = ['key', 'value'].map((name) =>
        g.input(`past_key_values.${layer}.${name}`, 'float32', past),
      );
      const present = (name: string) =>
        ({
          dtype: 'float32',
          shape: ['batch', kvHeadCount, 'total', headSize],
          name: `present.${layer}.${name}`,
        }) as const;
      const [attention, key, value] = g.node(
        'GroupQueryAttention',
        [
          await linear(stream.normal, parameters.queryKeyValue),
          null,
          null,
          ...pasts,
          seqlens,
          total,
          cos,
          sin,
        ],
        [
          { dtype: 'float32', shape: ['batch', 'time', headCount * headSize] },
          present('key'),
          present('value'),
        ],
        {
          domain: 'com.microsoft',
          attributes: {
            num_heads: headCount,
            kv_num_heads: kvHeadCount,
            do_rotary: 1,
            scale: { float: spec.attentionScale },
          },
        },
      );
      presents.push(key!, value!);
      const projected = await linear(attention!, [parameters.attentionOutput]);
      stream = await skip(projected, stream.residual, parameters.feedForwardNorm.weight);
      const wide = ['batch', 'time', intermediateSize];
      const gate = g.apply('QuickGelu', [await linear(stream.normal, [parameters.gate!])], wide, {
        domain: 'com.microsoft',
        attributes: { alpha: { float: 1 } },
      });
      const inner = g.apply('Mul', [gate, await linear(stream.normal, [parameters.up])], wide);
      const next = layer + 1 < layerCount ? layerParameters(spec, layer + 1).inputNorm : model.finalNorm;
      stream = await skip(await linear(inner, [parameters.down]), stream.residual, next.weight);
    }
    const flat = g.apply('Reshape', [stream.normal, g.int64([-1, hiddenSize])], ['rows', hiddenSize]);
    const head =
      model.head === model.embedding
        ? table
        : await embeddingMatrix(
            g,
            put,
            model.head,
            await weights.read(model.head),
            hiddenSize,
            vocabulary,
            4,
          );
    const scores = head.multiply(flat, ['rows', vocabSize]);
    const shape = g.apply('Concat', [g.apply('Shape', [ids], [2]), g.int64([vocabSize])], [3], {
      attributes: { axis: 0 },
    });
    g.output(g.apply('Reshape', [scores, shape], ['batch', 'time', vocabSize], { name: 'logits' }));
    for (const value of presents) g.output(value);
  }
}
