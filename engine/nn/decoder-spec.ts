/** One description of a decoder, from which the inference graph and the training graph are both built.
 *  Knows sizes and names of parameters; knows nothing of graphs, files or devices. */

/** Sizes and choices of a Llama-family decoder (Touvron et al. 2023, arXiv:2302.13971), in the terms of
 *  Hugging Face's config.json. */
export interface DecoderSpec {
  readonly architecture: 'llama';
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly kvHeadCount: number;
  readonly headSize: number;
  readonly maxPositions: number;
  readonly ropeTheta: number;
  readonly rmsNormEps: number;
  readonly tiedEmbeddings: boolean;
}

/** A parameter by its Hugging Face name; a linear layer's shape is (out, in), as stored. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export const embeddingName = 'model.embed_tokens.weight';
export const finalNormName = 'model.norm.weight';
export const headName = 'lm_head.weight';

/** Names of one layer's parameters. */
export function layerNames(layer: number) {
  const prefix = `model.layers.${layer}`;
  return {
    inputNorm: `${prefix}.input_layernorm.weight`,
    q: `${prefix}.self_attn.q_proj.weight`,
    k: `${prefix}.self_attn.k_proj.weight`,
    v: `${prefix}.self_attn.v_proj.weight`,
    o: `${prefix}.self_attn.o_proj.weight`,
    postNorm: `${prefix}.post_attention_layernorm.weight`,
    gate: `${prefix}.mlp.gate_proj.weight`,
    up: `${prefix}.mlp.up_proj.weight`,
    down: `${prefix}.mlp.down_proj.weight`,
  } as const;
}

/** Every parameter of the decoder, in the order of the computation. */
export function parametersOf(spec: DecoderSpec): ParameterSpec[] {
  const { hiddenSize, intermediateSize } = spec;
  const querySize = spec.headCount * spec.headSize;
  const kvSize = spec.kvHeadCount * spec.headSize;
  const parameters: ParameterSpec[] = [{ name: embeddingName, shape: [spec.vocabSize, hiddenSize] }];
  for (let layer = 0; layer < spec.layerCount; layer++) {
    const names = layerNames(layer);
    parameters.push(
      { name: names.inputNorm, shape: [hiddenSize] },
      { name: names.q, shape: [querySize, hiddenSize] },
      { name: names.k, shape: [kvSize, hiddenSize] },
      { name: names.v, shape: [kvSize, hiddenSize] },
      { name: names.o, shape: [hiddenSize, querySize] },
      { name: names.postNorm, shape: [hiddenSize] },
      { name: names.gate, shape: [intermediateSize, hiddenSize] },
      { name: names.up, shape: [intermediateSize, hiddenSize] },
      { name: names.down, shape: [hiddenSize, intermediateSize] },
    );
  }
  parameters.push({ name: finalNormName, shape: [hiddenSize] });
  if (!spec.tiedEmbeddings) parameters.push({ name: headName, shape: [spec.vocabSize, hiddenSize] });
  return parameters;
}
