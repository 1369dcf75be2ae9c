/** Tells whose key an Authorization header carries. Keeps digests of the keys, not the keys. */
import { createHash, timingSafeEqual } from 'node:crypto';

const BEARER = /^bearer +([!-~]+) *$/i;
/** `sha256:` and 64 hexadecimal digits: a key as a configuration file may hold it. */
const KEY_DIGEST = /^sha256:([0-9a-f]{64})$/i;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The bytes of a `sha256:…` text; null for anything else. */
export function parseKeyDigest(text: string): Buffer | null {
  const hex = KEY_DIGEST.exec(text)?.[1];
  return hex === undefined ? null : Buffer.from(hex, 'hex');
}

export class Authenticator {
  readonly #digests: readonly Buffer[];

  /** @param keys as clients send them
   *  @param digests SHA-256 of further keys */
  constructor(keys: readonly string[], digests: readonly Buffer[] = []) {
    this.#digests = [...keys.map(digest), ...digests];
  }

  /** A name for the bearer of the key, which tells nothing of it; null for a header without a key of ours.
   *  Digests are compared, each in constant time and always all of them: neither length nor a common beginning of
   *  the keys shows, nor which of them it is. */
  identify(header: string | undefined): string | null {
    const token = header === undefined ? undefined : BEARER.exec(header)?.[1];
    if (token === undefined) return null;
    const given = digest(token);
    const found = this.#digests.map((known, i) => (timingSafeEqual(given, known) ? i : -1));
    const index = Math.max(-1, ...found);
    return index < 0 ? null : `key ${index}`;
  }
}
