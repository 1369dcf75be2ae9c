/** Which models fit into how much memory, from their shapes: nothing is loaded. */

/** Shape of a decoder, from its config.json on the hub. */
interface Shape {
  readonly name: string;
  readonly parameters: number;
  /** Of those, the token embedding and a head of its own. */
  readonly vocabularyParameters: number;
  /** Numbers in the key-value cache for one token: 2 × layers × key-value heads × head size. */
  readonly cachePerToken: number;
}

const SHAPES: readonly Shape[] = [
  shape('SmolLM2-135M', 135e6, 49_152 * 576, 30 * 3 * 64),
  shape('SmolLM2-360M', 362e6, 49_152 * 960, 32 * 5 * 64),
  shape('Qwen2.5-0.5B', 494e6, 151_936 * 896, 24 * 2 * 64),
  shape('Llama-3.2-1B', 1.24e9, 128_256 * 2048, 16 * 8 * 64),
  shape('SmolLM2-1.7B', 1.71e9, 49_152 * 2048, 24 * 32 * 64),
  shape('Llama-3.2-3B', 3.21e9, 128_256 * 3072, 28 * 8 * 128),
  shape('Qwen3-4B', 4.02e9, 151_936 * 2560, 36 * 8 * 128),
  shape('Mistral-7B', 7.25e9, 2 * 32_768 * 4096, 32 * 8 * 128),
  shape('Llama-3.1-8B', 8.03e9, 2 * 128_256 * 4096, 32 * 8 * 128),
];

function shape(name: string, parameters: number, vocabularyParameters: number, cacheValues: number): Shape {
  return { name, parameters, vocabularyParameters, cachePerToken: 2 * cacheValues };
}

/** Bytes a weight takes, as `--dtype` stores it: eight or four bits and a float32 scale for every 64. float16 saves
 *  disk, not memory: the processor computes in float32. */
const WEIGHT_BYTES = {
  float32: { layers: 4, vocabulary: 4 },
  int8: { layers: 8.5 / 8, vocabulary: 8.5 / 8 },
  int4: { layers: 4.5 / 8, vocabulary: 8.5 / 8 },
} as const;

export const dtypes = ['float32', 'int8', 'int4'] as const;
type Dtype = (typeof dtypes)[number];

/** Node, ONNX Runtime and what they keep for later. */
const BASE_BYTES = 300e6;
/** Of the weights' size, while they are read and packed. */
const PEAK_OVER_WEIGHTS = 1.3;
export const CONTEXT_TOKENS = 2048;

export interface FittingModel {
  readonly name: string;
  /** Bytes that a run with one request of 2,048 tokens takes at its peak, estimated. */
  readonly neededBytes: Readonly<Record<Dtype, number>>;
  /** Whether that much memory is free now. */
  readonly fits: Readonly<Record<Dtype, boolean>>;
}

export function fittingModels(freeBytes: number): FittingModel[] {
  return SHAPES.map((model) => {
    const needed = byDtype((dtype) => neededBytes(model, dtype));
    return {
      name: model.name,
      neededBytes: needed,
      fits: byDtype((dtype) => needed[dtype] <= freeBytes),
    };
  });
}

function neededBytes({ parameters, vocabularyParameters, cachePerToken }: Shape, dtype: Dtype): number {
  const { layers, vocabulary } = WEIGHT_BYTES[dtype];
  const weights = (parameters - vocabularyParameters) * layers + vocabularyParameters * vocabulary;
  return Math.round(BASE_BYTES + PEAK_OVER_WEIGHTS * weights + 4 * cachePerToken * CONTEXT_TOKENS);
}

function byDtype<Value>(of: (dtype: Dtype) => Value): Record<Dtype, Value> {
  return { float32: of('float32'), int8: of('int8'), int4: of('int4') };
}
