/** Which tokens may come next in a constrained text, and how the text goes on with one. A token may come where all
 *  its bytes may: parts of characters, and tokens across the borders of the grammar, included.
 *
 *  What a step costs (processor time of mask, its use and the way on; means over 76 to 360 steps of a schema, free
 *  JSON and a counted expression, on a busy machine): with 2,048 tokens 0.1 to 0.7 ms at first and 0.05 to 0.2 ms
 *  where the states have been before; with 49,152 tokens 0.7 to 4 ms and 0.6 to 1.6 ms, and 0.4 to 0.5 s once a model
 *  for the trie. */
import { Automaton, type AutomatonState } from './automaton.ts';
import type { Grammar } from './grammar.ts';
import type { TokenTrie } from './token-trie.ts';

/** One bit a token, the lowest first. */
export type TokenMask = Uint32Array;

const SPACE = 0x20;

/** Places of the grammar entered for one mask or token; hostile ones took up to 0.15 s of processor time. */
const MAX_WORK = 500_000;
/** Masks remembered, in bytes. */
const MAX_MASK_BYTES = 2 ** 23;

export interface Vocabulary {
  readonly trie: TokenTrie;
  /** By id; null for tokens that stand for no text, such as special ones. */
  readonly tokenBytes: readonly (Uint8Array | null)[];
  /** Whether a space at the very beginning of a text is lost when it is decoded. */
  readonly dropsFirstSpace: boolean;
}

/** All masks of one constraint; shared by the texts that are written under it. */
export class TokenMasks {
  readonly #automaton: Automaton;
  readonly #vocabulary: Vocabulary;
  /** The oldest first. */
  readonly #masks = new Map<AutomatonState, TokenMask>();
  readonly #path: (AutomatonState | null)[];

  constructor(grammar: Grammar, vocabulary: Vocabulary) {
    this.#automaton = new Automaton(grammar);
    this.#vocabulary = vocabulary;
    this.#path = Array.from({ length: vocabulary.trie.deepest + 1 }, () => null);
  }

  /** Before the first token. */
  get start(): AutomatonState {
    return this.#automaton.start;
  }

  /** The text with one more token; null where it may not come.
   *  @param isFirst whether it is the first of the text
   *  @throws EngineError E_REQUEST_INVALID for a constraint that is too costly to follow */
  after(state: AutomatonState, token: number, isFirst: boolean): AutomatonState | null {
    const bytes = this.#vocabulary.tokenBytes[token] ?? null;
    if (bytes === null || bytes.length === 0) return null;
    this.#automaton.allow(MAX_WORK);
    let reached: AutomatonState | null = state;
    for (let at = this.#lost(bytes[0]!, isFirst) ? 1 : 0; at < bytes.length && reached !== null; at++) {
      reached = this.#automaton.next(reached, bytes[at]!);
    }
    return reached;
  }

  /** The tokens that may come next; to be read only.
   *  @throws EngineError E_REQUEST_INVALID for a constraint that is too costly to follow */
  mask(state: AutomatonState, isFirst: boolean): TokenMask {
    const known = isFirst ? undefined : this.#masks.get(state);
    if (known !== undefined) return known;
    const mask = this.#computed(state, isFirst);
    if (!isFirst) {
      if ((this.#masks.size + 1) * mask.byteLength > MAX_MASK_BYTES) {
        const [oldest] = this.#masks.keys();
        if (oldest !== undefined) this.#masks.delete(oldest);
      }
      this.#masks.set(state, mask);
    }
    return mask;
  }

  #computed(state: AutomatonState, isFirst: boolean): TokenMask {
    const { trie, tokenBytes } = this.#vocabulary;
    const { bytes, depths, behind, firstToken, tokens } = trie;
    const mask = new Uint32Array(Math.ceil(tokenBytes.length / 32));
    const path = this.#path;
    path[0] = state;
    this.#automaton.allow(MAX_WORK);
    for (let place = 0; place < bytes.length;) {
      const depth = depths[place]!;
      const byte = bytes[place]!;
      const reached =
        depth === 0 && this.#lost(byte, isFirst) ? state : this.#automaton.next(path[depth]!, byte);
      if (reached === null) {
        place = behind[place]!;
        continue;
      }
      path[depth + 1] = reached;
      const end = firstToken[place + 1]!;
      for (let at = firstToken[place]!; at < end; at++) {
        const token = tokens[at]!;
        mask[token >> 5]! |= 1 << (token & 31);
      }
      place++;
    }
    return mask;
  }

  #lost(firstByte: number, isFirst: boolean): boolean {
    return isFirst && firstByte === SPACE && this.#vocabulary.dropsFirstSpace;
  }
}
