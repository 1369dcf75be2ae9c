/** Weights of a new model: matrices normal with standard deviation 0.02, as Hugging Face initialises; layers that
 *  write to the residual stream divided by √(2 · layers) (Radford et al. 2019, section 2.3); norms that leave their
 *  input as it is; no biases. */
import { layerParameters, parametersOf } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { elementCount } from '../tensor/dtype.ts';
import { normal, seedFor } from './random.ts';

const STANDARD_DEVIATION = 0.02;

/** By Hugging Face name. Each weight has a seed of its own, from its name. */
export function initialWeights(spec: DecoderSpec, seed: number): Map<string, Float32Array> {
  const residual = new Set<string>(
    Array.from({ length: spec.layerCount }, (_, layer) => layerParameters(spec, layer)).flatMap(
      ({ attentionOutput, down }) => [attentionOutput.weight, down.weight],
    ),
  );
  return new Map(
    parametersOf(spec).map(({ name, shape }) => {
      const weight = new Float32Array(elementCount(shape));
      if (shape.length === 1) return [name, weight.fill(name.endsWith('.bias') ? 0 : 1 - spec.normOffset)];
      const deviation = residual.has(name)
        ? STANDARD_DEVIATION / Math.sqrt(2 * spec.layerCount)
        : STANDARD_DEVIATION;
      const random = normal(seedFor(seed, name));
      for (let i = 0; i < weight.length; i++) weight[i] = deviation * random();
      return [name, weight];
    }),
  );
}
