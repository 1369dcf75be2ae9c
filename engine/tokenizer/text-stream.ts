/** Tokens to text, piece by piece: only text that no later token can change is let out.
 *  Knows characters that are split between tokens and stop strings that are split between pieces. */
import type { Tokenizer } from './tokenizer.ts';

const REPLACEMENT = '\uFFFD';

/** Decodes a growing list of tokens. The pieces add up to `decode` of all tokens. */
export class TextStream {
  readonly #tokenizer: Tokenizer;
  readonly #tokens: number[] = [];
  /** Decoding starts a little before the unread tokens: some decoders treat the first token of a text differently. */
  #contextStart = 0;
  #readEnd = 0;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** Text that became final with this token; '' while a character is incomplete. */
  push(token: number): string {
    this.#tokens.push(token);
    const text = this.#unread();
    if (text.endsWith(REPLACEMENT)) return '';
    this.#contextStart = this.#readEnd;
    this.#readEnd = this.#tokens.length;
    return text;
  }

  /** What is left at the end: an incomplete character, as U+FFFD. */
  flush(): string {
    const text = this.#unread();
    this.#readEnd = this.#tokens.length;
    return text;
  }

  #unread(): string {
    const context = this.#tokenizer.decode(this.#tokens.slice(this.#contextStart, this.#readEnd));
    return this.#tokenizer.decode(this.#tokens.slice(this.#contextStart)).slice(context.length);
  }
}

/** Holds back text that may be the beginning of a stop string. */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = '';
  /** Whether a stop string has been met; nothing is let out afterwards. */
  stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Text that is certain to stand before any stop string. */
  push(text: string): string {
    if (this.#stops.length === 0) return text;
    if (this.stopped) return '';
    this.#held += text;
    const found = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((index) => index >= 0);
    if (found.length > 0) {
      this.stopped = true;
      return this.#release(Math.min(...found));
    }
    return this.#release(this.#held.length - this.#longestBeginning());
  }

  /** The rest, when generation ended for another reason. */
  flush(): string {
    return this.stopped ? '' : this.#release(this.#held.length);
  }

  #release(length: number): string {
    const text = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return text;
  }

  /** Length of the longest end of the held text with which some stop string begins. */
  #longestBeginning(): number {
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, this.#held.length); length > 0; length--) {
      const end = this.#held.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
