/** Keys and values of prompts read before, for prompts that begin alike: the same instructions, the turns of a chat,
 *  the examples before each question. Bounded; what was used least recently goes first.
 *  Holds what prefill computed only: a decoding step rounds otherwise, and an answer must not depend on what was asked
 *  before it. Knows tokens; knows nothing of requests. */
import type { KvCache } from './kv-cache.ts';

export interface PrefixLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Copying fewer costs about as much as reading them. */
const LEAST_TOKENS = 16;

interface Entry {
  readonly tokens: readonly number[];
  readonly copies: readonly Float32Array[];
  readonly bytes: number;
}

export class PrefixCache {
  readonly #limits: PrefixLimits;
  /** The most recently used last. */
  readonly #entries: Entry[] = [];
  #bytes = 0;

  constructor(limits: PrefixLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Fills a row with the longest known beginning of `tokens`, of `atMost` tokens; returns how many those are. */
  restore(cache: KvCache, row: number, tokens: readonly number[], atMost: number): number {
    let best: Entry | null = null;
    let length = LEAST_TOKENS - 1;
    for (const entry of this.#entries) {
      const common = commonLength(entry.tokens, tokens, atMost);
      if (common > length) {
        best = entry;
        length = common;
      }
    }
    if (!best) return 0;
    this.#entries.push(...this.#entries.splice(this.#entries.indexOf(best), 1));
    cache.copyIn(row, best.copies, best.tokens.length, length);
    return length;
  }

  /** Keeps a row that holds `tokens` and nothing else. An entry that it continues is given up for it. */
  keep(cache: KvCache, row: number, tokens: readonly number[]): void {
    const bytes = tokens.length * cache.bytesPerPosition;
    if (tokens.length < LEAST_TOKENS || bytes > this.#limits.bytes) return;
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const { tokens: known } = this.#entries[index]!;
      const common = commonLength(known, tokens, tokens.length);
      if (common === tokens.length) return;
      if (common === known.length) this.#drop(index);
    }
    while (this.#entries.length >= this.#limits.entries || this.#bytes + bytes > this.#limits.bytes) {
      this.#drop(0);
    }
    this.#entries.push({ tokens, copies: cache.copyOut(row, tokens.length), bytes });
    this.#bytes += bytes;
  }

  #drop(index: number): void {
    const [entry] = this.#entries.splice(index, 1);
    this.#bytes -= entry!.bytes;
  }
}

function commonLength(a: readonly number[], b: readonly number[], atMost: number): number {
  const end = Math.min(a.length, b.length, atMost);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}
