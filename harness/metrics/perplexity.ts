/** Perplexity and bits per byte of a text from the log-probabilities of its tokens (Jelinek et al. 1977; bits per
 *  byte: Gao et al. 2020, arXiv:2101.00027, section 3.1). Perplexity depends on the tokenizer and compares only
 *  models that share one; bits per byte compares any. A corpus's value is made of sums over texts, not of their
 *  values' mean. Knows log-probabilities; knows nothing of models. */
import { HarnessError } from '../errors.ts';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { signature } from './signature.ts';

export interface Surprisal {
  /** −Σ log P, natural logarithm. */
  readonly nats: number;
  readonly tokens: number;
  /** Of the text in UTF-8. */
  readonly bytes: number;
}

/** Rounding of a softmax may leave a hair above zero. */
const ROUNDING = 1e-6;

/** What adds up over texts.
 *  @param logprobs (tokens,) natural logarithms, as `Model.logLikelihood` gives them
 *  @param text the text that the tokens make up; only its bytes count
 *  @throws E_INPUT_INVALID for a log-probability that is not finite or above 0 */
export function surprisalOf(logprobs: readonly number[], text: string): Surprisal {
  let nats = 0;
  for (const [at, logprob] of logprobs.entries()) {
    if (!(Number.isFinite(logprob) && logprob <= ROUNDING)) {
      throw new HarnessError(
        'E_INPUT_INVALID',
        `Log-probability ${at} of ${logprobs.length} is ${logprob}: expected a finite number of at most 0.`,
        { remedy: 'Give natural logarithms of probabilities, one a token.' },
      );
    }
    nats -= logprob;
  }
  return { nats: Math.max(0, nats), tokens: logprobs.length, bytes: Buffer.byteLength(text) };
}

/** Sum of the surprisals of texts: the streaming form, for the value of a corpus. */
export function addSurprisal(left: Surprisal, right: Surprisal): Surprisal {
  return {
    nats: left.nats + right.nats,
    tokens: left.tokens + right.tokens,
    bytes: left.bytes + right.bytes,
  };
}

/** exp(mean surprisal of a token), from 1; null without tokens, or where it is beyond 10³⁰⁸. */
export function perplexity({ nats, tokens }: Pick<Surprisal, 'nats' | 'tokens'>): MetricValue {
  if (tokens === 0) return undefinedBecause('there are no tokens');
  const value = Math.exp(nats / tokens);
  return Number.isFinite(value) ? value : undefinedBecause('the perplexity is too large for a number');
}

/** Bits that the model needs for a byte of the text, from 0; null without bytes. */
export function bitsPerByte({ nats, bytes }: Pick<Surprisal, 'nats' | 'bytes'>): MetricValue {
  return bytes === 0 ? undefinedBecause('the text has no bytes') : nats / Math.LN2 / bytes;
}

/** Such as `perplexity|per:token|harness:2`. */
export function perplexitySignature(name: 'perplexity' | 'bitsPerByte'): string {
  return `${name}|${signature({ per: name === 'perplexity' ? 'token' : 'utf8-byte' })}`;
}
