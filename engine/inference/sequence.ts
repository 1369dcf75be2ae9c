/** One request on its way: its tokens, its text, its end. Knows the logits of one row; knows nothing of others. */
import { EngineError } from '../errors.ts';
import type { TokenMasks } from '../grammar/token-masks.ts';
import { StopMatcher, TextStream } from '../tokenizer/text-stream.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { ConstrainedText } from './constrained-text.ts';
import type { PromptLogprob, TokenLogprob } from './model.ts';
import { Penalties, type PenaltyOptions } from './penalties.ts';
import type { LogprobsWanted } from './protocol.ts';
import { seededRandom } from './random.ts';
import { largest, logNormalizer, sampleToken, type SamplerOptions } from './sampler.ts';

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

export class Sequence {
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

/** A model whose weights are damaged computes NaN, for all tokens or for one: each would silently give a wrong token, and
 *  a log-probability that is no number. */
export function checkLogits(logits: Float32Array): void {
  let top = -Infinity;
  // By index: of a vocabulary, an iterator takes four times the time.
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i]!;
    if (logit > top) top = logit;
    else if (Number.isNaN(logit)) throw damaged('NaN among its logits');
  }
  if (!Number.isFinite(top)) throw damaged(`${top} as its largest logit`);
}

function damaged(what: string): EngineError {
  return new EngineError('E_CHECKPOINT_INVALID', `the model computed ${what}`);
}

export function aborted(): EngineError {
  return new EngineError('E_ABORTED', 'the request was given up by its caller');
}
