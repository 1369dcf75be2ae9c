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
  const { tokens, weights, sum } = distribution(logits, options);
  let rest = random() * sum;
  let at = 0;
  while (at < weights.length && (rest -= weights[at]!) >= 0) at++;
  // Rounding: the draw was the whole sum. What has no weight is never drawn.
  if (at === weights.length) {
    do at--;
    while (weights[at] === 0);
  }
  return tokens === null ? at : tokens[at]!;
}

/** What a token is drawn from. It holds until the next call. */
export interface Distribution {
  /** Tokens that may be drawn, most likely first where top-k or top-p truncates; null: all, in order. */
  readonly tokens: readonly number[] | null;
  /** Of each of them; its probability is its weight over `sum`. The most likely token of all has the weight 1. */
  readonly weights: ArrayLike<number>;
  readonly sum: number;
}

/** A vocabulary's weights are too many to be thrown away with every token. */
let room = new Float64Array(0);

/** @param options of a temperature above 0 */
export function distribution(logits: Float32Array, options: SamplerOptions): Distribution {
  const { temperature, topK, topP, minP } = options;
  const top = logits[argmax(logits)]!;
  if (topK > 0 && topK < logits.length) {
    // The others need no weights.
    const tokens = likeliestByCount(logits, top, topK);
    return truncated(
      tokens,
      tokens.map((token) => Math.exp((logits[token]! - top) / temperature)),
      null,
      options,
    );
  }
  if (room.length < logits.length) room = new Float64Array(logits.length);
  const weights = room.subarray(0, logits.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = Math.exp((logits[i]! - top) / temperature);
    weights[i] = weight;
    total += weight;
  }
  if (topP === 1 && minP === 0) return { tokens: null, weights, sum: total };
  const tokens = topP === 1 ? atLeast(weights, minP) : likeliestByMass(weights, topP * total);
  return truncated(
    tokens,
    tokens.map((token) => weights[token]!),
    total,
    options,
  );
}

/** What top-p and min-p leave of tokens with their weights, the most likely first.
 *  @param total of weights that top-p is a share of; null: of these */
function truncated(
  tokens: readonly number[],
  weights: readonly number[],
  total: number | null,
  { topP, minP }: SamplerOptions,
): Distribution {
  let end = weights.length;
  if (topP < 1) {
    const mass = topP * (total ?? add(weights));
    let cumulative = 0;
    // The token that crosses the threshold belongs to the nucleus.
    const last = weights.findIndex((weight) => (cumulative += weight) >= mass);
    if (last >= 0) end = last + 1;
  }
  const isKept = (_: number, at: number): boolean => at < end && weights[at]! >= minP;
  const kept = weights.filter(isKept);
  return { tokens: tokens.filter(isKept), weights: kept, sum: add(kept) };
}

function add(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

// Sorting a vocabulary costs more than a small model's step: what lies above a floor is sorted, which is lowered until
// enough does.

/** In logits below the largest. */
const DISTANCES = [2, 4, 8, 12, 16, 24, 32, 64, 1024, Infinity];

function likeliestByCount(logits: Float32Array, top: number, count: number): number[] {
  const distance = DISTANCES.find((each) => {
    let found = 0;
    for (let i = 0; i < logits.length; i++) if (logits[i]! >= top - each) found++;
    return found >= count;
  });
  return sorted(atLeast(logits, top - distance!), logits).slice(0, count);
}

const WEIGHTS = [...[4, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024].map((bits) => 2 ** -bits), 0];
/** Sums in another order differ by less. */
const ROUNDING = 1e-9;

/** As many as weigh `mass` together, and mostly some more. */
function likeliestByMass(weights: Float64Array, mass: number): number[] {
  const floor = WEIGHTS.find((each) => {
    let heavy = 0;
    for (let i = 0; i < weights.length; i++) if (weights[i]! >= each) heavy += weights[i]!;
    return heavy >= mass * (1 + ROUNDING);
  });
  return sorted(atLeast(weights, floor ?? 0), weights);
}

function atLeast(scores: Float32Array | Float64Array, floor: number): number[] {
  const tokens: number[] = [];
  for (let i = 0; i < scores.length; i++) if (scores[i]! >= floor) tokens.push(i);
  return tokens;
}

/** The largest first, the lower id of equal ones. */
function sorted(tokens: number[], scores: Float32Array | Float64Array): number[] {
  return tokens.sort((a, b) => scores[b]! - scores[a]! || a - b);
}
