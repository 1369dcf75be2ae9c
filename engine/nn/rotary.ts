/** Rotary position embedding (Su et al. 2021, arXiv:2104.09864): the tables of angles.
 *  Knows positions and head size; knows nothing of batching or caches. */

export interface RotaryTables {
  /** (positions, paddedSize / 2) */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Cosines and sines of position × theta^(−2i/headSize). Frequencies and angles are rounded to float32 as
 *  `transformers` does: at position 8000 an unrounded angle differs by 2e-4, and with it every logit.
 *  @param paddedSize head size in the graph; the pairs beyond headSize are not rotated */
export function rotaryTables(
  positions: number,
  headSize: number,
  paddedSize: number,
  theta: number,
): RotaryTables {
  const half = paddedSize / 2;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  const frequencies = Float32Array.from({ length: half }, (_, i) => {
    const power = Math.fround(theta ** Math.fround((2 * i) / headSize));
    return i < headSize / 2 ? 1 / power : 0;
  });
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * frequencies[i]!);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
