/** Who may pass, before anything of a request is read: is the server ready, whose key is it, how often has it asked.
 *  Knows headers and addresses; nothing of routes or models. */
import type { ServingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { Authenticator, parseKeyDigest } from './authenticator.ts';
import { type HttpError, refusal } from './http-error.ts';
import { type Allowance, RateLimiter } from './rate-limiter.ts';

export type Readiness = 'loading' | 'ready' | 'draining';

export interface Caller {
  readonly headers: { readonly authorization?: string | undefined };
  readonly ip: string;
}

export interface Decision {
  /** Null: the request may pass. */
  readonly refusal: HttpError | null;
  /** To be sent with the answer, whatever it is. */
  readonly headers: Readonly<Record<string, string>> | null;
}

const LOADING_RETRY_S = 1;
const PASS: Decision = { refusal: null, headers: null };

export class Access {
  readonly #authenticator: Authenticator | null;
  readonly #rateLimiter: RateLimiter | null;

  /** @throws EngineError E_CONFIG_INVALID when authentication is on and there is no key, or a key's digest is none */
  constructor(serving: ServingConfig) {
    this.#authenticator = authenticatorOf(serving);
    const perMinute = serving.rate_limit_per_minute;
    this.#rateLimiter = perMinute === null ? null : new RateLimiter(perMinute);
  }

  decide(caller: Caller, readiness: Readiness): Decision {
    if (readiness === 'draining') return refused(refusal('E_DRAINING', 'The server is shutting down.'));
    if (readiness === 'loading') {
      return refused(refusal('E_LOADING', 'The model is being loaded.', { retryAfterS: LOADING_RETRY_S }));
    }
    const bearer = this.#authenticator?.identify(caller.headers.authorization) ?? null;
    const authorized = this.#authenticator === null || bearer !== null;
    // All bearers of one key share its limit; whoever has no key is counted by address.
    const allowance = this.#rateLimiter?.admit(bearer ?? caller.ip, performance.now()) ?? null;
    const headers = allowance === null ? null : limitHeaders(allowance);
    if (allowance !== null && !allowance.admitted) {
      const message = `More than ${allowance.limit} requests a minute.`;
      return { refusal: refusal('E_RATE_LIMIT', message, { retryAfterS: allowance.resetS }), headers };
    }
    if (authorized) return headers === null ? PASS : { refusal: null, headers };
    const message = 'Send the key of this server as "Authorization: Bearer <key>".';
    return { refusal: refusal('E_UNAUTHORIZED', message), headers };
  }
}

const refused = (error: HttpError): Decision => ({ refusal: error, headers: null });

/** Under the names that OpenAI's clients read. */
function limitHeaders({ limit, remaining, resetS }: Allowance): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': `${resetS}s`,
  };
}

function authenticatorOf({ enable_auth, api_key, api_key_digests }: ServingConfig): Authenticator | null {
  if (enable_auth === false) return null;
  const digests = api_key_digests.map((text, i) => {
    const digest = parseKeyDigest(text);
    if (digest !== null) return digest;
    throw new EngineError(
      'E_CONFIG_INVALID',
      `serving.api_key_digests[${i}] is not sha256: and 64 hexadecimal digits.`,
      { remedy: `Make one with: printf %s "$KEY" | sha256sum` },
    );
  });
  const keys = api_key === null ? [] : [api_key];
  if (keys.length + digests.length > 0) return new Authenticator(keys, digests);
  if (enable_auth === null) return null;
  throw new EngineError('E_CONFIG_INVALID', 'serving.enable_auth is true, but there is no key.', {
    remedy: 'Set SERVING_API_KEY, serving.api_key or serving.api_key_digests.',
  });
}
