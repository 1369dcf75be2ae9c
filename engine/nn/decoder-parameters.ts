/** The parameters of a decoder: names as Hugging Face stores them, shapes, and what each is for.
 *  Knows the two ways of naming (Llama's and GPT-2's); knows nothing of files or graphs. */
import type { Architecture, DecoderSpec } from './decoder-spec.ts';

/** A parameter by its Hugging Face name, in the shape in which it is stored. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** y = x · W + b. */
export interface LinearParameters {
  readonly weight: string;
  readonly bias: string | null;
  readonly inSize: number;
  readonly outSize: number;
  /** true: stored (in, out), as GPT-2's Conv1D does; false: (out, in). */
  readonly transposed: boolean;
}

export interface NormParameters {
  readonly weight: string;
  readonly bias: string | null;
  readonly size: number;
}

export interface LayerParameters {
  readonly inputNorm: NormParameters;
  /** Queries, keys and values: three matrices, or a single one with their outputs side by side. */
  readonly queryKeyValue: readonly LinearParameters[];
  readonly queryNorm: NormParameters | null;
  readonly keyNorm: NormParameters | null;
  readonly attentionOutput: LinearParameters;
  readonly attentionBranchNorm: NormParameters | null;
  readonly feedForwardNorm: NormParameters;
  readonly gate: LinearParameters | null;
  readonly up: LinearParameters;
  readonly down: LinearParameters;
  readonly feedForwardBranchNorm: NormParameters | null;
}

export interface ModelParameters {
  readonly embedding: string;
  readonly positions: string | null;
  readonly finalNorm: NormParameters;
  /** The embedding's name where the two are tied. */
  readonly head: string;
}

interface Naming {
  /** What stands before the names of all parameters but the head's, and is absent from files that hold the decoder
   *  without its head. */
  readonly prefix: string;
  model(spec: DecoderSpec): ModelParameters;
  layer(spec: DecoderSpec, layer: number): LayerParameters;
}

const HEAD = 'lm_head.weight';

/** Sizes of queries, of keys and of values. */
export function queryKeyValueSizes(spec: DecoderSpec): [number, number, number] {
  const kv = spec.kvHeadCount * spec.headSize;
  return [spec.headCount * spec.headSize, kv, kv];
}

const llamaNaming: Naming = {
  prefix: 'model.',
  model: (spec) => ({
    embedding: 'model.embed_tokens.weight',
    positions: null,
    finalNorm: { weight: 'model.norm.weight', bias: null, size: spec.hiddenSize },
    head: spec.tiedEmbeddings ? 'model.embed_tokens.weight' : HEAD,
  }),
  layer(spec, layer) {
    const { hiddenSize, intermediateSize, biases } = spec;
    const [querySize, kvSize] = queryKeyValueSizes(spec);
    const at = `model.layers.${layer}.`;
    const linear = (name: string, inSize: number, outSize: number, bias: boolean): LinearParameters => ({
      weight: `${at}${name}.weight`,
      bias: bias ? `${at}${name}.bias` : null,
      inSize,
      outSize,
      transposed: false,
    });
    const norm = (name: string, size: number): NormParameters => ({
      weight: `${at}${name}.weight`,
      bias: null,
      size,
    });
    const headNorm = (name: string) => (spec.queryKeyNorm ? norm(`self_attn.${name}`, spec.headSize) : null);
    const { branchNorms } = spec;
    return {
      inputNorm: norm('input_layernorm', hiddenSize),
      queryKeyValue: [
        linear('self_attn.q_proj', hiddenSize, querySize, biases.queryKeyValue),
        linear('self_attn.k_proj', hiddenSize, kvSize, biases.queryKeyValue),
        linear('self_attn.v_proj', hiddenSize, kvSize, biases.queryKeyValue),
      ],
      queryNorm: headNorm('q_norm'),
      keyNorm: headNorm('k_norm'),
      attentionOutput: linear('self_attn.o_proj', querySize, hiddenSize, biases.attentionOutput),
      attentionBranchNorm: branchNorms ? norm('post_attention_layernorm', hiddenSize) : null,
      feedForwardNorm: norm(
        branchNorms ? 'pre_feedforward_layernorm' : 'post_attention_layernorm',
        hiddenSize,
      ),
      gate: spec.gated ? linear('mlp.gate_proj', hiddenSize, intermediateSize, biases.feedForward) : null,
      up: linear('mlp.up_proj', hiddenSize, intermediateSize, biases.feedForward),
      down: linear('mlp.down_proj', intermediateSize, hiddenSize, biases.feedForward),
      feedForwardBranchNorm: branchNorms ? norm('post_feedforward_layernorm', hiddenSize) : null,
    };
  },
};

const gpt2Naming: Naming = {
  prefix: 'transformer.',
  model: (spec) => ({
    embedding: 'transformer.wte.weight',
    positions: 'transformer.wpe.weight',
    finalNorm: { weight: 'transformer.ln_f.weight', bias: 'transformer.ln_f.bias', size: spec.hiddenSize },
    head: spec.tiedEmbeddings ? 'transformer.wte.weight' : HEAD,
  }),
  layer(spec, layer) {
    const { hiddenSize, intermediateSize } = spec;
    const at = `transformer.h.${layer}.`;
    const linear = (name: string, inSize: number, outSize: number): LinearParameters => ({
      weight: `${at}${name}.weight`,
      bias: `${at}${name}.bias`,
      inSize,
      outSize,
      transposed: true,
    });
    const norm = (name: string): NormParameters => ({
      weight: `${at}${name}.weight`,
      bias: `${at}${name}.bias`,
      size: hiddenSize,
    });
    return {
      inputNorm: norm('ln_1'),
      queryKeyValue: [linear('attn.c_attn', hiddenSize, 3 * hiddenSize)],
      queryNorm: null,
      keyNorm: null,
      attentionOutput: linear('attn.c_proj', hiddenSize, hiddenSize),
      attentionBranchNorm: null,
      feedForwardNorm: norm('ln_2'),
      gate: null,
      up: linear('mlp.c_fc', hiddenSize, intermediateSize),
      down: linear('mlp.c_proj', intermediateSize, hiddenSize),
      feedForwardBranchNorm: null,
    };
  },
};

const namings: { readonly [A in Architecture]: Naming } = {
  llama: llamaNaming,
  mistral: llamaNaming,
  qwen2: llamaNaming,
  qwen3: llamaNaming,
  smollm3: llamaNaming,
  gemma3_text: llamaNaming,
  gpt2: gpt2Naming,
};

/** What stands before the names of the decoder's parameters, the head's excepted. */
export function parameterPrefix(spec: DecoderSpec): string {
  return namings[spec.architecture].prefix;
}

/** Parameters outside the layers. */
export function modelParameters(spec: DecoderSpec): ModelParameters {
  return namings[spec.architecture].model(spec);
}

export function layerParameters(spec: DecoderSpec, layer: number): LayerParameters {
  return namings[spec.architecture].layer(spec, layer);
}

/** Every linear layer of one layer of the decoder, in the order of the computation. */
export function linearsOf({
  queryKeyValue,
  attentionOutput,
  gate,
  up,
  down,
}: LayerParameters): LinearParameters[] {
  return [...queryKeyValue, attentionOutput, ...(gate ? [gate] : []), up, down];
}

/** Every parameter of the decoder, in the order of the computation. */
export function parametersOf(spec: DecoderSpec): ParameterSpec[] {
  const { hiddenSize, vocabSize } = spec;
  const vector = (name: string | null, size: number): ParameterSpec[] =>
    name === null ? [] : [{ name, shape: [size] }];
  const norm = (parameters: NormParameters | null): ParameterSpec[] =>
    parameters === null
      ? []
      : [...vector(parameters.weight, parameters.size), ...vector(parameters.bias, parameters.size)];
  const linear = ({ weight, bias, inSize, outSize, transposed }: LinearParameters): ParameterSpec[] => [
    { name: weight, shape: transposed ? [inSize, outSize] : [outSize, inSize] },
    ...vector(bias, outSize),
  ];
  const { embedding, positions, finalNorm, head } = modelParameters(spec);
  const parameters: ParameterSpec[] = [{ name: embedding, shape: [vocabSize, hiddenSize] }];
  if (positions !== null) parameters.push({ name: positions, shape: [spec.maxPositions, hiddenSize] });
  for (let index = 0; index < spec.layerCount; index++) {
    const layer = layerParameters(spec, index);
    parameters.push(
      ...norm(layer.inputNorm),
      ...layer.queryKeyValue.flatMap(linear),
      ...norm(layer.queryNorm),
      ...norm(layer.keyNorm),
      ...linear(layer.attentionOutput),
      ...norm(layer.attentionBranchNorm),
      ...norm(layer.feedForwardNorm),
      ...(layer.gate ? linear(layer.gate) : []),
      ...linear(layer.up),
      ...linear(layer.down),
      ...norm(layer.feedForwardBranchNorm),
    );
  }
  parameters.push(...norm(finalNorm));
  if (head !== embedding) parameters.push({ name: head, shape: [vocabSize, hiddenSize] });
  return parameters;
}
