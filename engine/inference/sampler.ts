/** Logits to the next token: greedy, or sampled with temperature, then top-k, top-p and min-p (the order of
 *  `transformers`). Knows one row of logits; knows nothing of sequences. */

export interface SamplerOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** Least probability, as a share of the most likely token's; 0 keeps all. */
  readonly minP: number;
}

/** Index of the largest logit; the lowest of equal ones, as PyTorch's argmax. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/** What to subtract from a logit for the natural logarithm of its token's probability under the model, before
 *  temperature and truncation: log Σ exp(logit). */
export function logNormalizer(logits: Float32Array): number {
  const top = logits[argmax(logits)]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  return top + Math.log(sum);
}

/** Indices of the `count` largest logits, the largest first, the lower index first of equal ones. */
export function largest(logits: Float32Array, count: number): number[] {
  const best: number[] = [];
  if (count === 0) return best;
  for (let i = 0; i < logits.length; i++) {
    if (best.length === count && logits[i]! <= logits[best.at(-1)!]!) continue;
    let place = best.length;
    while (place > 0 && logits[best[place - 1]!]! < logits[i]!) place--;
    best.splice(place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** @param random uniform in [0, 1); drawn once for each sampled token, never for a greedy one */
export function sampleToken(logits: Float32Array, options: SamplerOptions, random: () => number): number {
  if (options.temperature === 0) return argmax(logits);
  const { kept, weights, sum } = distribution(logits, options);
  let rest = random() * sum;
  for (const token of kept) {
    rest -= weights[token]!;
    if (rest < 0) return token;
  }
  // Rounding: the draw was the whole sum. What has no weight is never drawn.
  return kept.findLast((token) => weights[token]! > 0)!;
}

export interface Distribution {
  /** Tokens that may be drawn. */
  readonly kept: ArrayLike<number> & readonly number[];
  /** Of every token, (vocab); a token's probability is its weight over `sum`. */
  readonly weights: Float64Array;
  /** Of the kept tokens' weights. */
  readonly sum: number;
}

/** What a token is drawn from, at a temperature above 0. */
export function distribution(logits: Float32Array, options: SamplerOptions): Distribution {
  const top = logits[argmax(logits)]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - top) / options.temperature));
  const candidates = truncated(weights, options);
  // The most likely token's weight is 1.
  const kept = options.minP > 0 ? candidates.filter((token) => weights[token]! >= options.minP) : candidates;
  let sum = 0;
  for (const token of kept) sum += weights[token]!;
  return { kept, weights, sum };
}

/** Most likely first where truncated. */
function truncated(weights: Float64Array, { topK, topP }: SamplerOptions): ArrayLike<number> & number[] {
  const all = Array.from(weights, (_, token) => token);
  const truncatesK = topK > 0 && topK < weights.length;
  if (!truncatesK && topP === 1) return all;
  let total = 0;
  for (const weight of weights) total += weight;
  // Everything below the floor together weighs less than 1 − topP: it cannot be in the nucleus.
  const floor = truncatesK ? 0 : (total * (1 - topP)) / weights.length;
  const sorted = all
    .filter((token) => weights[token]! >= floor)
    .sort((a, b) => weights[b]! - weights[a]! || a - b);
  const first = truncatesK ? sorted.slice(0, topK) : sorted;
  if (topP === 1) return first;
  const mass = truncatesK ? first.reduce((sum, token) => sum + weights[token]!, 0) : total;
  let cumulative = 0;
  // The token that crosses the threshold belongs to the nucleus.
  const end = first.findIndex((token) => (cumulative += weights[token]!) >= topP * mass);
  return first.slice(0, end < 0 ? first.length : end + 1);
}
