/** One description of a decoder, from which the inference graph and the training graph are both built.
 *  Knows sizes and choices; knows nothing of graphs, files or devices. Names of parameters: decoder-parameters.ts. */

/** Conventions of files: names of parameters and of configuration fields. What is computed stands in the fields of
 *  the description, and nowhere depends on the architecture's name. */
export type Architecture = 'llama' | 'mistral' | 'qwen2' | 'qwen3' | 'smollm3' | 'gpt2' | 'gemma3_text';

/** Ways to stretch rotary embeddings beyond the positions they were trained on, as `transformers` names them. */
export type RotaryScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    }
  | {
      /** Peng et al. 2023, arXiv:2309.00071. */
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Cosines and sines are multiplied by this. */
      readonly attentionFactor: number;
      /** Whether the borders of the ramp are rounded to whole dimensions. */
      readonly truncate: boolean;
    };

/** Rotary position embedding (Su et al. 2021, arXiv:2104.09864). */
export interface RotarySpec {
  readonly theta: number;
  readonly scaling: RotaryScaling | null;
}

/** What may differ from layer to layer. */
export interface AttentionSpec {
  /** null: queries and keys are not rotated. */
  readonly rotary: RotarySpec | null;
  /** Tokens that each token sees, itself included; null: all before it. */
  readonly window: number | null;
}

/** Sizes and choices of a decoder. */
export interface DecoderSpec {
  readonly architecture: Architecture;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly kvHeadCount: number;
  readonly headSize: number;
  readonly maxPositions: number;
  /** One entry a layer, begun anew where there are fewer: a single one describes all layers. */
  readonly attention: readonly AttentionSpec[];
  /** Scores are multiplied by this. */
  readonly attentionScale: number;
  /** Of each head's queries and keys, before they are rotated (Dehghani et al. 2023, arXiv:2302.05442). */
  readonly queryKeyNorm: boolean;
  /** rms: Zhang & Sennrich 2019, arXiv:1910.07467; layer: Ba et al. 2016, arXiv:1607.06450, with a bias. */
  readonly norm: 'rms' | 'layer';
  readonly normEps: number;
  /** 1 where the weights of norms are stored as their distance from 1. */
  readonly normOffset: 0 | 1;
  /** Whether what attention and feed-forward add to the residual stream is normalised too. */
  readonly branchNorms: boolean;
  /** gelu_tanh: the approximation by tanh (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
  readonly activation: 'silu' | 'gelu_tanh';
  /** Whether the activation gates a second projection (Shazeer 2020, arXiv:2002.05202). */
  readonly gated: boolean;
  readonly biases: {
    readonly queryKeyValue: boolean;
    readonly attentionOutput: boolean;
    readonly feedForward: boolean;
  };
  /** Whether positions have embeddings of their own, added to those of the tokens. */
  readonly learnedPositions: boolean;
  /** Embeddings of tokens are multiplied by this; their use as the head is not. */
  readonly embeddingScale: number;
  readonly tiedEmbeddings: boolean;
}

/** Of one layer. */
export function attentionOf(spec: DecoderSpec, layer: number): AttentionSpec {
  return spec.attention[layer % spec.attention.length]!;
}

export type LlamaSizes = Pick<
  DecoderSpec,
  | 'vocabSize'
  | 'hiddenSize'
  | 'intermediateSize'
  | 'layerCount'
  | 'headCount'
  | 'kvHeadCount'
  | 'headSize'
  | 'maxPositions'
  | 'normEps'
  | 'tiedEmbeddings'
> & { readonly ropeTheta: number };

/** A plain Llama (Touvron et al. 2023, arXiv:2302.13971). */
export function llamaSpec({ ropeTheta, ...sizes }: LlamaSizes): DecoderSpec {
  return {
    architecture: 'llama',
    ...sizes,
    attention: [{ rotary: { theta: ropeTheta, scaling: null }, window: null }],
    attentionScale: sizes.headSize ** -0.5,
    queryKeyNorm: false,
    norm: 'rms',
    normOffset: 0,
    branchNorms: false,
    activation: 'silu',
    gated: true,
    biases: { queryKeyValue: false, attentionOutput: false, feedForward: false },
    learnedPositions: false,
    embeddingScale: 1,
  };
}
