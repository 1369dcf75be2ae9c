/** Runs requests together: prompts are read one by one, tokens are decoded for all active requests in one step.
 *  Knows tokens and rows; knows nothing of threads, chat templates or files. A request's answer does not depend on
 *  what else is in the batch: each has its own random numbers, and a row's logits are the same in every batch. */
import { setImmediate } from 'node:timers/promises';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { KvCache } from './kv-cache.ts';
import { PrefixCache, type PrefixLimits } from './prefix-cache.ts';
import type { RowCache } from './row-cache.ts';
import { argmax, logNormalizer } from './sampler.ts';
import { aborted, checkLogits, Sequence, type GenerateJob, type Generated } from './sequence.ts';
import type { OnLogits, StepDecoder } from './step-decoder.ts';

export interface BatchLimits {
  /** Requests decoded in one step. */
  readonly rows: number;
  /** Of keys and values together; a single request may take more. */
  readonly cacheBytes: number;
  /** Of prompts read before. */
  readonly prefixes: PrefixLimits;
}

const DEFAULT_LIMITS: BatchLimits = {
  rows: 16,
  cacheBytes: 2 ** 30,
  prefixes: { entries: 32, bytes: 2 ** 28 },
};

export interface ScoreJob {
  readonly promptTokens: readonly number[];
  readonly completionTokens: readonly number[];
  readonly isAborted: () => boolean;
}

export interface Scored {
  /** One a completion token. */
  readonly logprobs: readonly number[];
  readonly greedy: boolean;
}

interface Waiting {
  readonly isAborted: () => boolean;
  /** Of the cache that it will take in the end. */
  readonly positions: number;
  /** Reads the prompt into a row; the sequence, where it goes on to be decoded. */
  start(row: number): Promise<Sequence | null>;
  reject(error: unknown): void;
}

export class Batcher {
  readonly #decoder: StepDecoder;
  readonly #tokenizer: Tokenizer;
  readonly #endTokens: ReadonlySet<number>;
  readonly #cache: RowCache;
  readonly #limits: BatchLimits;
  #prefixes: PrefixCache;
  readonly #waiting: Waiting[] = [];
  /** The sequence at index i lies in row i of the cache. */
  readonly #active: Sequence[] = [];
  #loop: Promise<void> | null = null;

  constructor(
    decoder: StepDecoder,
    tokenizer: Tokenizer,
    endTokens: readonly number[],
    limits: BatchLimits = DEFAULT_LIMITS,
  ) {
    this.#decoder = decoder;
    this.#tokenizer = tokenizer;
    this.#endTokens = new Set(endTokens);
    this.#cache = decoder.newCache();
    this.#limits = limits;
    this.#prefixes = new PrefixCache(limits.prefixes);
  }

  generate(job: GenerateJob): Promise<Generated> {
    return new Promise((resolve, reject) => {
      this.#enqueue({
        isAborted: job.isAborted,
        positions: job.promptTokens.length + job.maxTokens,
        reject,
        start: async (row) => {
          job.onStart();
          const sequence = new Sequence(job, this.#tokenizer, this.#endTokens, resolve, reject);
          const last = job.promptTokens.length - 1;
          const logitsFrom = job.logprobs.prompt ? 0 : last;
          await this.#read(row, job.promptTokens, logitsFrom, (logits, position) => {
            if (position === last) sequence.accept(logits);
            else sequence.readPrompt(logits, job.promptTokens[position + 1]!);
          });
          return sequence.finished ? null : sequence;
        },
      });
    });
  }

  /** Log-probabilities of a given completion, in one prefill. */
  score(job: ScoreJob): Promise<Scored> {
    return new Promise((resolve, reject) => {
      this.#enqueue({
        isAborted: job.isAborted,
        positions: job.promptTokens.length + job.completionTokens.length,
        reject,
        start: async (row) => {
          const { promptTokens, completionTokens } = job;
          const first = promptTokens.length - 1;
          const logprobs: number[] = [];
          let greedy = true;
          // The last completion token is only predicted, never read.
          const read = [...promptTokens, ...completionTokens.slice(0, -1)];
          await this.#read(row, read, first, (logits, position) => {
            const token = completionTokens[position - first]!;
            checkLogits(logits);
            logprobs.push(logits[token]! - logNormalizer(logits));
            greedy &&= argmax(logits) === token;
          });
          resolve({ logprobs, greedy });
          return null;
        },
      });
    });
  }

  /** Prefill of an empty row, its beginning taken over from a prompt read before. */
  async #read(row: number, tokens: readonly number[], logitsFrom: number, onLogits: OnLogits): Promise<void> {
    const cache = this.#cache;
    if (!this.#decoder.resumes || !(cache instanceof KvCache)) {
      return this.#decoder.prefill(cache, row, tokens, logitsFrom, onLogits);
    }
    const atMost = Math.min(logitsFrom, tokens.length - 2);
    const held = this.#prefixes.restore(cache, row, tokens, atMost);
    await this.#decoder.prefill(cache, row, tokens, logitsFrom, onLogits, held);
    this.#prefixes.keep(cache, row, tokens);
  }

  /** What prompts read before left behind, as when the weights change. */
  forgetPrefixes(): void {
    this.#prefixes = new PrefixCache(this.#limits.prefixes);
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    await this.#loop;
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#loop ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length + this.#active.length > 0) {
      // Lets messages in: new requests, and aborts.
      await setImmediate();
      await this.#admit();
      if (this.#active.length > 0) await this.#step();
    }
    this.#loop = null;
  }

  async #admit(): Promise<void> {
    while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!)) {
      const next = this.#waiting.shift()!;
      try {
        if (next.isAborted()) throw aborted();
        const sequence = await next.start(this.#active.length);
        if (sequence) this.#active.push(sequence);
        else this.#cache.truncate(this.#active.length, 0);
      } catch (error) {
        this.#cache.truncate(this.#active.length, 0);
        next.reject(error);
      }
      await setImmediate();
    }
  }

  /** Whether one more request may join. Rows are as long as the longest needs, so that one long request makes all
   *  rows long. */
  #fits(next: Waiting): boolean {
    const rows = this.#active.length + 1;
    if (rows === 1) return true;
    const positions = Math.max(next.positions, ...this.#active.map((sequence) => sequence.positions));
    const bytes = rows * positions * this.#cache.bytesPerPosition;
    return rows <= this.#limits.rows && bytes <= this.#limits.cacheBytes;
  }

  async #step(): Promise<void> {
    this.#active.forEach((sequence) => sequence.checkAborted());
    this.#removeFinished();
    if (this.#active.length === 0) return;
    const { vocabSize } = this.#decoder.spec;
    try {
      const logits = await this.#decoder.decode(
        this.#cache,
        this.#active.map((sequence) => sequence.lastToken),
      );
      this.#active.forEach((sequence, row) =>
        sequence.accept(logits.subarray(row * vocabSize, (row + 1) * vocabSize)),
      );
    } catch (error) {
      for (const sequence of this.#active) sequence.fail(error);
    }
    this.#removeFinished();
  }

  /** Keeps the active rows together: the last one moves into the place of one that ended. */
  #removeFinished(): void {
    for (let row = this.#active.length - 1; row >= 0; row--) {
      if (!this.#active[row]!.finished) continue;
      const last = this.#active.length - 1;
      if (row < last) {
        this.#cache.move(last, row);
        this.#active[row] = this.#active[last]!;
      }
      this.#active.pop();
      this.#cache.truncate(last, 0);
    }
  }
}
