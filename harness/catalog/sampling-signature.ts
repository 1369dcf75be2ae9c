/** How a task's answers were sampled, as part of the signature of its metrics. */
import type { SamplingParameters } from '../../engine/index.ts';

/** `temp:0.7|top-p:0.9|max-tokens:50`: taken from what is asked, so that it cannot say otherwise. */
export function samplingSignature({ temperature, topP, maxTokens }: SamplingParameters): string {
  const nucleus = topP === undefined ? '' : `|top-p:${topP}`;
  return `temp:${temperature}${nucleus}|max-tokens:${maxTokens}`;
}
