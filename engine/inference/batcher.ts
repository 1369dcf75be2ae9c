/** Runs requests together: prompts are read one by one, tokens are decoded for all active requests in one step.
 *  Knows tokens and rows; knows nothing of threads, chat templates or files. A request's answer does not depend on
 *  what else is in the batch: each has its own random numbers, and a row's logits are the same in every batch. */
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../errors.ts';
import type { TokenMasks } from '../grammar/token-masks.ts';
import { StopMatcher, TextStream } from '../tokenizer/text-stream.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { ConstrainedText } from './constrained-text.ts';
import { KvCache } from './kv-cache.ts';
import { Penalties, type PenaltyOptions } from './penalties.ts';
import { PrefixCache, type PrefixLimits } from './prefix-cache.ts';
import { seededRandom } from './random.ts';
import type { PromptLogprob, TokenLogprob } from './model.ts';
import type { LogprobsWanted } from './protocol.ts';
import type { RowCache } from './row-cache.ts';
import { argmax, largest, logNormalizer, sampleToken, type SamplerOptions } from './sampler.ts';
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

export interface GenerateJob extends SamplerOptions, PenaltyOptions {
  readonly promptTokens: readonly number[];
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly seed: number;
  readonly logprobs: LogprobsWanted;
  /** What the text must be. Its end is then the constraint's, so that `stop` is empty. */
  readonly constraint?: TokenMasks;
  readonly isAborted: () => boolean;
  /** The prompt is being read from now on. */
  readonly onStart: () => void;
  readonly onToken: () => void;
  readonly onText: (text: string, logprobs: readonly TokenLogprob[]) => void;
}

export interface Generated {
  readonly text: string;
  readonly tokens: readonly number[];
  /** One a token; empty unless wanted. */
  readonly logprobs: readonly TokenLogprob[];
  /** One a token of the prompt; empty unless wanted. */
  readonly promptLogprobs: readonly PromptLogprob[];
  /** Of the end token; null where it did not come or was not wanted. */
  readonly endLogprob: TokenLogprob | null;
  readonly finishReason: 'stop' | 'length';
}

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

/** One request on its way: its tokens, its text, its end. */
class Sequence {
  finished = false;
  readonly #job: GenerateJob;
  readonly #penalties: Penalties;
  readonly #constrained: ConstrainedText | null;
  readonly #endTokens: ReadonlySet<number>;
  readonly #resolve: (generated: Generated) => void;
  readonly #reject: (error: unknown) => void;
  readonly #random: () => number;
  readonly #stream: TextStream;
  readonly #stops: StopMatcher;
  readonly #tokenizer: Tokenizer;
  readonly #tokens: number[] = [];
  readonly #logprobs: TokenLogprob[] = [];
  readonly #promptLogprobs: PromptLogprob[] = [];
  #endLogprob: TokenLogprob | null = null;
  /** Log-probabilities that have been let out with text. */
  #told = 0;
  #text = '';

  constructor(
    job: GenerateJob,
    tokenizer: Tokenizer,
    endTokens: ReadonlySet<number>,
    resolve: (generated: Generated) => void,
    reject: (error: unknown) => void,
  ) {
    this.#job = job;
    this.#penalties = new Penalties(job, job.promptTokens);
    this.#constrained = job.constraint ? new ConstrainedText(job.constraint, endTokens) : null;
    this.#tokenizer = tokenizer;
    const first = job.promptTokens[0]!;
    if (job.logprobs.prompt) {
      this.#promptLogprobs.push({ token: first, text: tokenizer.textOf(first), logprob: null, top: [] });
    }
    this.#endTokens = endTokens;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#random = seededRandom(job.seed);
    this.#stream = new TextStream(tokenizer);
    this.#stops = new StopMatcher(job.stop);
  }

  /** Of the cache that it will take in the end. */
  get positions(): number {
    return this.#job.promptTokens.length + this.#job.maxTokens;
  }

  get lastToken(): number {
    return this.#tokens.at(-1)!;
  }

  /** Takes the next token from its logits, (vocab). */
  accept(logits: Float32Array): void {
    try {
      checkLogits(logits);
      const weighed = this.#penalties.apply(logits);
      const allowed = this.#constrained?.apply(weighed) ?? weighed;
      const token = sampleToken(allowed, this.#job, this.#random);
      this.#job.onToken();
      const logprob = this.#job.logprobs.generated ? this.#logprobOf(logits, token) : null;
      if (this.#endTokens.has(token)) {
        this.#endLogprob = logprob;
        return this.#finish('stop');
      }
      this.#tokens.push(token);
      this.#penalties.count(token);
      this.#constrained?.accept(token);
      if (logprob) this.#logprobs.push(logprob);
      this.#emit(this.#stops.push(this.#stream.push(token)));
      if (this.#stops.stopped || this.#constrained?.isComplete) return this.#finish('stop');
      if (this.#tokens.length >= this.#job.maxTokens) this.#finish('length');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Takes the logits, (vocab), that stood before `token` of the prompt. */
  readPrompt(logits: Float32Array, token: number): void {
    try {
      checkLogits(logits);
      this.#promptLogprobs.push(this.#logprobOf(logits, token));
    } catch (error) {
      this.fail(error);
    }
  }

  #logprobOf(logits: Float32Array, token: number): TokenLogprob {
    const normalizer = logNormalizer(logits);
    const alternative = (id: number) => ({
      token: id,
      text: this.#tokenizer.textOf(id),
      logprob: logits[id]! - normalizer,
    });
    return { ...alternative(token), top: largest(logits, this.#job.logprobs.top).map(alternative) };
  }

  checkAborted(): void {
    if (this.#job.isAborted()) this.fail(aborted());
  }

  fail(error: unknown): void {
    if (this.finished) return;
    this.finished = true;
    this.#reject(error);
  }

  #emit(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#tell(text);
  }

  #tell(text: string): void {
    const logprobs = this.#logprobs.slice(this.#told);
    this.#told = this.#logprobs.length;
    this.#job.onText(text, logprobs);
  }

  #finish(reason: 'stop' | 'length'): void {
    this.#emit(this.#stops.push(this.#stream.flush()));
    this.#emit(this.#stops.flush());
    // Tokens that made no text, such as those of a stop string.
    if (this.#told < this.#logprobs.length) this.#tell('');
    this.finished = true;
    this.#resolve({
      text: this.#text,
      tokens: this.#tokens,
      logprobs: this.#logprobs,
      endLogprob: this.#endLogprob,
      promptLogprobs: this.#promptLogprobs,
      // The last piece may complete a stop string at the very limit.
      finishReason: this.#stops.stopped ? 'stop' : reason,
    });
  }
}

/** A model whose weights are damaged computes NaN, and its most likely token would silently be the first. */
function checkLogits(logits: Float32Array): void {
  const top = logits[argmax(logits)];
  if (Number.isFinite(top)) return;
  throw new EngineError('E_CHECKPOINT_INVALID', `the model computed ${top} as its largest logit`);
}

function aborted(): EngineError {
  return new EngineError('E_ABORTED', 'the request was given up by its caller');
}
