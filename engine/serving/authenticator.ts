/** Tells whether an Authorization header carries the key. Keeps a digest of the key, not the key. */
import { createHash, timingSafeEqual } from 'node:crypto';

const BEARER = /^bearer +([!-~]+) *$/i;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export class Authenticator {
  readonly #digest: Buffer;

  constructor(key: string) {
    this.#digest = digest(key);
  }

  /** Digests are compared, in constant time: neither length nor a common beginning of the keys shows. */
  accepts(header: string | undefined): boolean {
    const token = header === undefined ? undefined : BEARER.exec(header)?.[1];
    return token !== undefined && timingSafeEqual(digest(token), this.#digest);
  }
}
