/** Rotary position embedding (Su et al. 2021, arXiv:2104.09864): frequencies, and the tables of angles.
 *  Knows positions and head size; knows nothing of batching or caches.
 *
 *  Frequencies and angles are rounded to float32 where `transformers` rounds them (modeling_rope_utils.py): at
 *  position 8000 an unrounded angle differs by 2e-4, and with it every logit. */
import type { RotaryScaling, RotarySpec } from './decoder-spec.ts';

export interface RotaryTables {
  /** (positions, paddedSize / 2) */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

const { fround } = Math;

/** Cosines and sines of position × frequency.
 *  @param paddedSize head size in the graph; the pairs beyond headSize are not rotated */
export function rotaryTables(
  positions: number,
  headSize: number,
  paddedSize: number,
  rotary: RotarySpec,
): RotaryTables {
  const half = paddedSize / 2;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  const frequencies = rotaryFrequencies(headSize, rotary);
  const amplitude = rotary.scaling?.kind === 'yarn' ? rotary.scaling.attentionFactor : 1;
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = fround(position * (frequencies[i] ?? 0));
      cos[position * half + i] = Math.cos(angle) * amplitude;
      sin[position * half + i] = Math.sin(angle) * amplitude;
    }
  }
  return { cos, sin };
}

/** Radians a position of each pair of a head's elements, (headSize / 2). */
function rotaryFrequencies(headSize: number, { theta, scaling }: RotarySpec): Float32Array {
  const wavelengths = Float32Array.from(
    { length: headSize / 2 },
    (_, i) => theta ** fround((2 * i) / headSize),
  );
  const plain = wavelengths.map((wavelength) => 1 / wavelength);
  return scaling === null ? plain : scaled[scaling.kind](plain, scaling as never, { headSize, theta });
}

interface Plain {
  readonly headSize: number;
  readonly theta: number;
}

const scaled: {
  readonly [Kind in RotaryScaling['kind']]: (
    plain: Float32Array,
    scaling: Extract<RotaryScaling, { kind: Kind }>,
    from: Plain,
  ) => Float32Array;
} = {
  linear: (plain, { factor }) => plain.map((frequency) => frequency / factor),

  /** Slow frequencies divided by the factor, fast ones kept, those between them blended. */
  llama3: (plain, { factor, lowFrequencyFactor, highFrequencyFactor, originalPositions }) =>
    plain.map((frequency) => {
      const turns = (originalPositions * frequency) / (2 * Math.PI);
      if (turns > highFrequencyFactor) return frequency;
      if (turns < lowFrequencyFactor) return frequency / factor;
      const smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
      return ((1 - smooth) * frequency) / factor + smooth * frequency;
    }),

  /** As llama3, with a ramp over dimensions instead of frequencies. */
  yarn(plain, { factor, originalPositions, betaFast, betaSlow, truncate }, { headSize, theta }) {
    const dimensionAt = (turns: number) =>
      (headSize * Math.log(originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
    const [first, last] = [dimensionAt(betaFast), dimensionAt(betaSlow)];
    const low = Math.max(truncate ? Math.floor(first) : first, 0);
    const high = Math.min(truncate ? Math.ceil(last) : last, headSize - 1);
    const width = high === low ? 0.001 : high - low;
    return plain.map((frequency, i) => {
      const stretched = Math.min(Math.max((i - low) / width, 0), 1);
      return (frequency / factor) * stretched + frequency * (1 - stretched);
    });
  },
};
