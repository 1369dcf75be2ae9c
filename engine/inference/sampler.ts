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
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - top);
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
  const count = kept?.length ?? weights.length;
  for (let i = 0; i < count; i++) {
    const token = kept === null ? i : kept[i]!;
    rest -= weights[token]!;
    if (rest < 0) return token;
  }
  // Rounding: the draw was the whole sum. What has no weight is never drawn.
  return kept === null
    ? weights.findLastIndex((weight) => weight > 0)
    : kept.findLast((token) => weights[token]! > 0)!;
}

export interface Distribution {
  /** Tokens that may be drawn; null: all. */
  readonly kept: readonly number[] | null;
  /** Of every token, (vocab); a token's probability is its weight over `sum`. The most likely token's weight is 1.
   *  They hold until the next call. */
  readonly weights: Float64Array;
  /** Of the kept tokens' weights. */
  readonly sum: number;
}

/** A vocabulary's weights are too many to be thrown away with every token. */
let room = new Float64Array(0);

/** What a token is drawn from, at a temperature above 0. */
export function distribution(logits: Float32Array, options: SamplerOptions): Distribution {
  if (room.length < logits.length) room = new Float64Array(logits.length);
  const weights = room.subarray(0, logits.length);
  const top = logits[argmax(logits)]!;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = Math.exp((logits[i]! - top) / options.temperature);
    weights[i] = weight;
    total += weight;
  }
  const kept = keptTokens(weights, total, options);
  return { kept, weights, sum: kept === null ? total : weightOf(kept, weights) };
}

function weightOf(tokens: readonly number[], weights: Float64Array): number {
  return tokens.reduce((sum, token) => sum + weights[token]!, 0);
}

/** Most likely first where top-k or top-p truncates. */
function keptTokens(
  weights: Float64Array,
  total: number,
  { topK, topP, minP }: SamplerOptions,
): readonly number[] | null {
  const truncatesK = topK > 0 && topK < weights.length;
  if (!truncatesK && topP === 1) return minP > 0 ? atLeast(weights, minP) : null;
  const first = truncatesK ? likeliest(weights, topK, 0).slice(0, topK) : likeliest(weights, 0, topP * total);
  const nucleus =
    topP === 1 ? first : untilMass(first, weights, topP * (truncatesK ? weightOf(first, weights) : total));
  return minP > 0 ? nucleus.filter((token) => weights[token]! >= minP) : nucleus;
}

/** The first tokens that together weigh as much; the one that crosses the threshold belongs to them. */
function untilMass(tokens: readonly number[], weights: Float64Array, mass: number): readonly number[] {
  let cumulative = 0;
  const end = tokens.findIndex((token) => (cumulative += weights[token]!) >= mass);
  return end < 0 ? tokens : tokens.slice(0, end + 1);
}

function atLeast(weights: Float64Array, floor: number): number[] {
  const tokens: number[] = [];
  for (let i = 0; i < weights.length; i++) if (weights[i]! >= floor) tokens.push(i);
  return tokens;
}

/** Weights below which to look for the likeliest tokens, one after the other. */
const FLOORS = [...[4, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024].map((bits) => 2 ** -bits), 0];
/** Sums in another order differ by less. */
const ROUNDING = 1e-9;

/** The likeliest tokens, most likely first, the lower id of equal ones: as many as `count` and as weigh `mass` together,
 *  mostly some more. Sorting them costs little, sorting a vocabulary more than a small model's step. */
function likeliest(weights: Float64Array, count: number, mass: number): number[] {
  const floor = FLOORS.find((each) => {
    let found = 0;
    let heavy = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i]! < each) continue;
      found++;
      heavy += weights[i]!;
    }
    return found >= count && heavy >= mass * (1 + ROUNDING);
  });
  return atLeast(weights, floor ?? 0).sort((a, b) => weights[b]! - weights[a]! || a - b);
}
