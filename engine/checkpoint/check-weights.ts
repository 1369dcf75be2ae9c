/** Weights against the description: every parameter present, in its shape. */
import { EngineError } from '../errors.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';

/** More weights than the description names are allowed: some writers store buffers such as rope tables.
 *  @throws EngineError E_CHECKPOINT_INVALID for a missing weight, E_SHAPE_MISMATCH for a wrong shape */
export function checkWeights(
  path: string,
  spec: DecoderSpec,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  // Compared before the parameters are listed: a lying layer count would list millions.
  if (shapes.size < spec.layerCount) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${path}: ${shapes.size} tensors cannot be ${spec.layerCount} layers`,
    );
  }
  for (const { name, shape } of parametersOf(spec)) {
    const found = shapes.get(name);
    if (!found) throw new EngineError('E_CHECKPOINT_INVALID', `${path}: the weight ${name} is missing`);
    if (found.join() !== shape.join()) {
      throw new EngineError(
        'E_SHAPE_MISMATCH',
        `${path}: ${name} is (${found.join(', ')}), the configuration says (${shape.join(', ')})`,
      );
    }
  }
}
