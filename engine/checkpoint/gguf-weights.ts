/** Weights of a GGUF file under the names, in the shapes and in the order of rows that Hugging Face uses.
 *  Knows llama.cpp's names for the parts of a layer; knows nothing of metadata. */
import { EngineError } from '../errors.ts';
import {
  layerParameters,
  modelParameters,
  type LinearParameters,
  type NormParameters,
} from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import type { BinaryFile } from './binary-file.ts';
import type { WeightSource } from './checkpoint.ts';
import type { GgufHeader, GgufTensor } from './gguf-file.ts';

/** A stored tensor, and what was done to it. */
interface StoredWeight {
  readonly stored: string;
  /** Heads whose rows are interleaved. */
  readonly interleavedHeads?: number;
  /** Stored (out, in), wanted (in, out). */
  readonly turned?: boolean;
  /** Stored with this added. */
  readonly offset?: number;
}

/** @param interleaved whether rows of queries and keys are, for llama.cpp's own form of rotary embedding */
export function ggufWeights(
  file: BinaryFile,
  header: GgufHeader,
  spec: DecoderSpec,
  interleaved: boolean,
): WeightSource {
  if (header.tensors.size < spec.layerCount) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${file.path}: ${header.tensors.size} tensors cannot be ${spec.layerCount} layers`,
    );
  }
  const weights = new Map<string, StoredWeight & { readonly tensor: GgufTensor }>();
  for (const [name, weight] of storedWeights(spec, interleaved)) {
    const tensor = header.tensors.get(weight.stored);
    if (tensor) weights.set(name, { ...weight, tensor });
  }
  const shapeOf = ({ tensor: { shape }, turned }: { tensor: GgufTensor; turned?: boolean }) =>
    turned ? shape.toReversed() : shape;
  return {
    shapes: new Map([...weights].map(([name, weight]) => [name, shapeOf(weight)])),
    async read(name) {
      const weight = weights.get(name);
      if (!weight) throw new EngineError('E_CHECKPOINT_INVALID', `the weight ${name} is missing`);
      const { tensor, interleavedHeads, turned, offset = 0 } = weight;
      let values = tensor.type.toFloat32(await file.read(tensor.offset, tensor.byteLength, name));
      if (interleavedHeads !== undefined) values = deinterleaved(values, interleavedHeads, spec.headSize);
      if (turned) values = transposed(values, tensor.shape[0]!);
      return offset === 0 ? values : values.map((value) => value - offset);
    },
    close: () => file.close(),
  };
}

function storedWeights(spec: DecoderSpec, interleaved: boolean): Map<string, StoredWeight> {
  const weights = new Map<string, StoredWeight>();
  const add = (name: string | null, weight: StoredWeight) => {
    if (name !== null) weights.set(name, weight);
  };
  const norm = (parameters: NormParameters | null, stored: string) => {
    if (parameters === null) return;
    add(parameters.weight, { stored: `${stored}.weight`, offset: spec.normOffset });
    add(parameters.bias, { stored: `${stored}.bias` });
  };
  const linear = (parameters: LinearParameters | null, stored: string, heads?: number) => {
    if (parameters === null) return;
    const rows = interleaved && heads !== undefined ? { interleavedHeads: heads } : {};
    add(parameters.weight, { stored: `${stored}.weight`, turned: parameters.transposed, ...rows });
    add(parameters.bias, { stored: `${stored}.bias`, ...rows });
  };
  const { embedding, positions, finalNorm, head } = modelParameters(spec);
  // The head first: where it is tied, the name belongs to the embedding.
  add(head, { stored: 'output.weight' });
  add(embedding, { stored: 'token_embd.weight' });
  add(positions, { stored: 'position_embd.weight' });
  norm(finalNorm, 'output_norm');
  for (let index = 0; index < spec.layerCount; index++) {
    const at = `blk.${index}`;
    const layer = layerParameters(spec, index);
    norm(layer.inputNorm, `${at}.attn_norm`);
    const [q, k, v] = layer.queryKeyValue;
    if (k === undefined || v === undefined) linear(q!, `${at}.attn_qkv`);
    else {
      linear(q!, `${at}.attn_q`, spec.headCount);
      linear(k, `${at}.attn_k`, spec.kvHeadCount);
      linear(v, `${at}.attn_v`);
    }
    norm(layer.queryNorm, `${at}.attn_q_norm`);
    norm(layer.keyNorm, `${at}.attn_k_norm`);
    linear(layer.attentionOutput, `${at}.attn_output`);
    norm(layer.attentionBranchNorm, `${at}.post_attention_norm`);
    norm(layer.feedForwardNorm, `${at}.ffn_norm`);
    linear(layer.gate, `${at}.ffn_gate`);
    linear(layer.up, `${at}.ffn_up`);
    linear(layer.down, `${at}.ffn_down`);
    norm(layer.feedForwardBranchNorm, `${at}.post_ffw_norm`);
  }
  return weights;
}

/** Row 2i + j of a head, as stored, is row i + j · headSize/2 of Hugging Face. */
function deinterleaved(values: Float32Array, heads: number, headSize: number): Float32Array {
  const width = values.length / (heads * headSize);
  const result = new Float32Array(values.length);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < headSize; row++) {
      const target = head * headSize + (row % 2) * (headSize / 2) + Math.floor(row / 2);
      const source = head * headSize + row;
      result.set(values.subarray(source * width, (source + 1) * width), target * width);
    }
  }
  return result;
}

function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column]!;
    }
  }
  return result;
}
