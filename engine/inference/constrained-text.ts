/** A text under a constraint while it is generated: takes the logits of tokens that may not come next, and the end
 *  token's until the text is whole. Knows one text; knows nothing of sampling. */
import { EngineError } from '../errors.ts';
import type { AutomatonState } from '../grammar/automaton.ts';
import { compileConstraint, type Constraint } from '../grammar/constraint.ts';
import { TokenMasks, type Vocabulary } from '../grammar/token-masks.ts';
import { TokenTrie } from '../grammar/token-trie.ts';
import { tokenBytes } from '../tokenizer/token-bytes.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** Of one model; each with its states and masks. */
const MAX_COMPILED = 4;

const LEAST = -3.4e38;

/** Constraints as masks over the tokens of one model. */
export class ConstraintCompiler {
  readonly #files: TokenizerFiles;
  readonly #tokenizer: Tokenizer;
  readonly #endTokens: readonly number[];
  #vocabulary: Vocabulary | null = null;
  /** By the constraint as JSON, the longest unused first. */
  readonly #compiled = new Map<string, TokenMasks>();

  constructor(files: TokenizerFiles, tokenizer: Tokenizer, endTokens: readonly number[]) {
    this.#files = files;
    this.#tokenizer = tokenizer;
    this.#endTokens = endTokens;
  }

  /** @throws EngineError E_REQUEST_INVALID for what is not supported, of the constraint or of the tokenizer */
  masksOf(constraint: Constraint): TokenMasks {
    this.#vocabulary ??= this.#readVocabulary();
    const key = JSON.stringify(constraint);
    const masks = this.#compiled.get(key) ?? new TokenMasks(compileConstraint(constraint), this.#vocabulary);
    this.#compiled.delete(key);
    this.#compiled.set(key, masks);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > MAX_COMPILED) this.#compiled.delete(oldest!);
    return masks;
  }

  #readVocabulary(): Vocabulary {
    const bytes = tokenBytes(this.#files);
    if (bytes === null) {
      throw new EngineError(
        'E_REQUEST_INVALID',
        'this model cannot follow a constraint: its tokenizer does not say which bytes a token stands for',
        {
          remedy: 'Use a model with a byte-level or SentencePiece tokenizer.',
        },
      );
    }
    for (const token of this.#endTokens) if (token < bytes.length) bytes[token] = null;
    const spaced = bytes.findIndex((each) => each !== null && each.length > 1 && each[0] === 0x20);
    return {
      trie: new TokenTrie(bytes),
      tokenBytes: bytes,
      dropsFirstSpace: spaced >= 0 && !this.#tokenizer.decode([spaced]).startsWith(' '),
    };
  }
}

export class ConstrainedText {
  readonly #masks: TokenMasks;
  readonly #endTokens: ReadonlySet<number>;
  #state: AutomatonState;
  #isFirst = true;

  constructor(masks: TokenMasks, endTokens: ReadonlySet<number>) {
    this.#masks = masks;
    this.#endTokens = endTokens;
    this.#state = masks.start;
  }

  /** Whether nothing may follow: the text is whole, and no end token is needed. */
  get isComplete(): boolean {
    if (!this.#state.accepting) return false;
    return this.#masks.mask(this.#state, this.#isFirst).every((bits) => bits === 0);
  }

  /** The logits, (vocab), without those of tokens that may not come next, which are −Infinity.
   *  @throws EngineError E_REQUEST_INVALID where no token of the model may come next */
  apply(logits: Float32Array): Float32Array {
    const mask = this.#masks.mask(this.#state, this.#isFirst);
    const left = new Float32Array(logits.length).fill(-Infinity);
    let some = false;
    const keep = (token: number): void => {
      // Whatever the model computed: a token that may come is likelier than one that may not.
      left[token] = logits[token]! > LEAST ? logits[token]! : LEAST;
      some = true;
    };
    for (const [at, bits] of mask.entries()) {
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const token = at * 32 + 31 - Math.clz32(rest & -rest);
        if (token < logits.length) keep(token);
      }
    }
    if (this.#state.accepting) for (const token of this.#endTokens) if (token < logits.length) keep(token);
    if (some) return left;
    throw new EngineError(
      'E_REQUEST_INVALID',
      'the constraint cannot be followed: the model has no token with which the text could go on',
      {
        remedy: 'Constrain to characters that its tokenizer can write.',
      },
    );
  }

  /** Goes on with a token that is not the end. */
  accept(token: number): void {
    const next = this.#masks.after(this.#state, token, this.#isFirst);
    if (next === null) {
      throw new EngineError('E_REQUEST_INVALID', `token ${token} was drawn, which the constraint forbids`);
    }
    this.#state = next;
    this.#isFirst = false;
  }
}
