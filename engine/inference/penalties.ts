/** Logits changed before a token is chosen: biases, then penalties for what was said already.
 *  Sources: logit bias, presence and frequency penalty as in OpenAI's API (generated tokens count, the prompt does
 *  not); repetition penalty as in `transformers` (Keskar et al. 2019, arXiv:1909.05858; the prompt counts). */

export interface PenaltyOptions {
  /** Divides positive logits of tokens that occurred and multiplies negative ones; 1 is none. */
  readonly repetitionPenalty: number;
  /** Subtracted once from the logit of a token that was generated; 0 is none. */
  readonly presencePenalty: number;
  /** Subtracted for each time it was generated; 0 is none. */
  readonly frequencyPenalty: number;
  /** Added to the logits of these tokens. */
  readonly logitBias: Readonly<Record<number, number>>;
}

export class Penalties {
  readonly #options: PenaltyOptions;
  readonly #biases: readonly (readonly [token: number, bias: number])[];
  readonly #prompt: ReadonlySet<number>;
  readonly #generated = new Map<number, number>();

  constructor(options: PenaltyOptions, promptTokens: readonly number[]) {
    this.#options = options;
    this.#biases = Object.entries(options.logitBias).map(([token, bias]) => [Number(token), bias]);
    this.#prompt = new Set(options.repetitionPenalty === 1 ? [] : promptTokens);
  }

  /** A token that was generated. */
  count(token: number): void {
    this.#generated.set(token, (this.#generated.get(token) ?? 0) + 1);
  }

  /** The logits to choose by; the very same array where nothing changes them. */
  apply(logits: Float32Array): Float32Array {
    const { repetitionPenalty, presencePenalty, frequencyPenalty } = this.#options;
    const penalises = repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0;
    if (!penalises && this.#biases.length === 0) return logits;
    const changed = logits.slice();
    for (const [token, bias] of this.#biases) {
      if (token < changed.length) changed[token]! += bias;
    }
    if (repetitionPenalty !== 1) {
      for (const token of new Set([...this.#prompt, ...this.#generated.keys()])) {
        const logit = changed[token]!;
        changed[token] = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty;
      }
    }
    for (const [token, times] of this.#generated) {
      changed[token]! -= presencePenalty + times * frequencyPenalty;
    }
    return changed;
  }
}
