/** Scores of given text, from any Model that gives log-probabilities: of a continuation, and of a text by itself.
 *  Names as in evaluation harnesses; many at once are batched by the model. */
import { EngineError } from '../errors.ts';
import type { Model } from './model.ts';

export interface ScoreOptions {
  /** Whether the model's begin token stands before the prompt. Absent: as the tokenizer does by itself. */
  readonly bos?: boolean;
  readonly signal?: AbortSignal;
}

export interface ContinuationScore {
  /** Natural logarithm of P(continuation | prompt), the end token not included. */
  readonly sumLogprob: number;
  readonly tokenLogprobs: readonly number[];
  readonly nTokens: number;
  /** Whether each token of the continuation is the model's most likely one. */
  readonly isGreedy: boolean;
}

/** How likely the model is to continue the prompt, as it stands, with the continuation.
 *  @throws EngineError as `Model.logLikelihood`; E_REQUEST_INVALID for a begin token that the model does not have */
export async function score(
  model: Model,
  prompt: string,
  continuation: string,
  { bos, signal }: ScoreOptions = {},
): Promise<ContinuationScore> {
  const input = bos === undefined ? { prompt, raw: true } : { tokens: await tokensOf(model, prompt, bos) };
  const { logLikelihood, logprobs, greedy } = await model.logLikelihood({
    ...input,
    completion: continuation,
    ...(signal && { signal }),
  });
  return {
    sumLogprob: logLikelihood,
    tokenLogprobs: logprobs,
    nTokens: logprobs.length,
    isGreedy: greedy,
  };
}

export interface PerplexityOptions extends ScoreOptions {
  /** Tokens that are read at once; default 512. Windows do not overlap: the first token of each is not predicted. */
  readonly window?: number;
}

export interface TextPerplexity {
  /** e to the mean negative log-probability of a token. */
  readonly perplexity: number;
  readonly meanLogprob: number;
  /** Tokens predicted. */
  readonly nTokens: number;
}

/** @throws EngineError E_REQUEST_INVALID for a text of a single token, or a window below 2 */
export async function perplexity(
  model: Model,
  text: string,
  { bos = false, window = 512, signal }: PerplexityOptions = {},
): Promise<TextPerplexity> {
  // One position is left for the token that generate adds.
  const size = Math.min(window, (model.info.contextLength ?? Number.POSITIVE_INFINITY) - 1) - (bos ? 1 : 0);
  const tokens = await tokensOf(model, text, false);
  const begin = bos ? await beginToken(model) : [];
  let sum = 0;
  let nTokens = 0;
  for (let start = 0; start < tokens.length; start += Math.max(1, size)) {
    const part = [...begin, ...tokens.slice(start, start + size)];
    if (part.length < 2) continue;
    const { promptLogprobs = [] } = await model.generate({
      tokens: part,
      maxTokens: 1,
      promptLogprobs: true,
      ...(signal && { signal }),
    });
    for (const { logprob } of promptLogprobs) {
      if (logprob === null) continue;
      sum += logprob;
      nTokens++;
    }
  }
  if (nTokens === 0) throw new EngineError('E_REQUEST_INVALID', 'the text gives no token to predict');
  const meanLogprob = sum / nTokens;
  return { perplexity: Math.exp(-meanLogprob), meanLogprob, nTokens };
}

async function tokensOf(model: Model, text: string, bos: boolean): Promise<number[]> {
  const begin = bos ? await beginToken(model) : [];
  if (text === '' && bos) return begin;
  const encoded = await tokenizerOf(model).encode({ prompt: text, raw: true }, false);
  return [...begin, ...encoded.map(({ token }) => token)];
}

async function beginToken(model: Model): Promise<number[]> {
  const { bosToken } = tokenizerOf(model);
  if (bosToken === null) {
    throw new EngineError('E_REQUEST_INVALID', `the model ${model.info.name} has no begin token`, {
      remedy: 'Leave bos out.',
    });
  }
  return (await tokenizerOf(model).encode({ prompt: bosToken, raw: true }, false)).map(({ token }) => token);
}

function tokenizerOf(model: Model): NonNullable<Model['tokenizer']> {
  if (model.tokenizer) return model.tokenizer;
  throw new EngineError('E_REQUEST_INVALID', `the model ${model.info.name} keeps its tokens to itself`, {
    remedy: 'Use a model that the engine runs.',
  });
}
