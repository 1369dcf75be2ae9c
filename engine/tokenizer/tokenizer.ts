/** Text to token ids and back, through `@huggingface/tokenizers`.
 *  Knows nothing of models, chat templates or files. */
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { EngineError } from '../errors.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';

export interface Tokenizer {
  /** Number of tokens, the added ones included. */
  readonly vocabSize: number;
  /** @param addSpecialTokens whether the post-processor may add a begin token; default true. A rendered chat
   *  template brings its own, so that its text is encoded with false. */
  encode(text: string, addSpecialTokens?: boolean): number[];
  /** Text of the tokens, special ones left out unless asked for. Ids that no token has (padding of the embedding
   *  matrix) read as nothing. Invalid UTF-8 reads as U+FFFD. */
  decode(ids: readonly number[], keepSpecialTokens?: boolean): string;
  /** Text of one token as it stands within a text: with the space that it begins with, special tokens by their
   *  names. U+FFFD stands for part of a character. */
  textOf(id: number): string;
  /** Id of exactly this token; null where there is none. */
  idOf(token: string): number | null;
}

/** @throws EngineError E_TOKENIZER_INVALID when the files do not describe a tokenizer */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  const inner = usable(() => new HubTokenizer(withUnicodeRules(files.tokenizerJson), files.tokenizerConfig));
  keepByteOrderMarks((inner as { readonly decoder?: unknown }).decoder);
  const vocabSize = inner.get_vocab(true).size;
  if (vocabSize === 0) throw new EngineError('E_TOKENIZER_INVALID', 'tokenizer.json has an empty vocabulary');
  const decode = (ids: readonly number[], keepSpecialTokens: boolean): string => {
    const known = ids.filter((id) => inner.id_to_token(id) !== undefined);
    if (known.length === 0) return '';
    // Cleaning up "spaces before punctuation" would change what the model wrote.
    return inner.decode(known, {
      skip_special_tokens: !keepSpecialTokens,
      clean_up_tokenization_spaces: false,
    });
  };
  // Some decoders drop the space at the beginning of a text: a token is read behind another one.
  const before = usable(() => inner.encode('a', { add_special_tokens: false }).ids);
  const beforeText = usable(() => decode(before, true));
  return {
    vocabSize,
    encode: (text, addSpecialTokens = true) =>
      usable(() => inner.encode(text, { add_special_tokens: addSpecialTokens }).ids),
    decode: (ids, keepSpecialTokens = false) => decode(ids, keepSpecialTokens),
    textOf: (id) => {
      const text = decode([...before, id], true);
      return text.startsWith(beforeText) ? text.slice(beforeText.length) : decode([id], true);
    },
    idOf: (token) => inner.token_to_id(token) ?? null,
  };
}

/** The library believes what tokenizer.json says: where it is nonsense, it fails in ways of its own. */
function usable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new EngineError('E_TOKENIZER_INVALID', `tokenizer.json is not usable: ${String(cause)}`, { cause });
  }
}

/** Rules of the reference tokenizer (Rust) that the JavaScript library reads otherwise, written so that both agree. */
function withUnicodeRules(tokenizerJson: TokenizerFiles['tokenizerJson']): Record<string, unknown> {
  const { normalizer, pre_tokenizer: preTokenizer } = tokenizerJson;
  return {
    ...tokenizerJson,
    ...(isObject(normalizer) && { normalizer: withUnicodeSpaces(normalizer) }),
    ...(isObject(preTokenizer) && { pre_tokenizer: withUnicodeSpaces(rewritten(preTokenizer)) }),
  };
}

/** The split of GPT-2, which `ByteLevel` does of itself. */
const GPT2_SPLIT = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const split = (pattern: string) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

/** - `Digits` splits at every numeric character (Rust's char::is_numeric: ½ and ٣ too); the library at 0–9 alone.
 *  - The split within `ByteLevel` is written out, so that its white space can be that of Unicode. */
function rewritten(preTokenizer: Record<string, unknown>): Record<string, unknown> {
  const { type, pretokenizers, individual_digits: individual } = preTokenizer;
  if (type === 'Sequence' && Array.isArray(pretokenizers)) {
    const parts: unknown[] = pretokenizers;
    return { ...preTokenizer, pretokenizers: parts.map((part) => (isObject(part) ? rewritten(part) : part)) };
  }
  if (type === 'Digits') return split(individual === true ? '\\p{N}' : '\\p{N}+');
  const splitsItself = preTokenizer['use_regex'] !== false && preTokenizer['add_prefix_space'] === false;
  if (type !== 'ByteLevel' || !splitsItself) return preTokenizer;
  return { type: 'Sequence', pretokenizers: [split(GPT2_SPLIT), { ...preTokenizer, use_regex: false }] };
}

/** `\s` in every pattern as Unicode's White_Space: JavaScript's has U+FEFF and lacks U+0085. */
function withUnicodeSpaces(rule: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(rule).map(([key, value]) => {
      if (key === 'Regex' && typeof value === 'string') return [key, unicodeSpaces(value)];
      if (Array.isArray(value)) {
        const parts: unknown[] = value;
        return [key, parts.map((part) => (isObject(part) ? withUnicodeSpaces(part) : part))];
      }
      return [key, isObject(value) ? withUnicodeSpaces(value) : value];
    }),
  );
}

function unicodeSpaces(pattern: string): string {
  return pattern.replaceAll(/\\(.)/gs, (escape, character: string) =>
    character === 's' ? '\\p{White_Space}' : character === 'S' ? '\\P{White_Space}' : escape,
  );
}

/** Bytes that were tokens of their own are decoded as they are: a mark at their beginning is text like any other. */
function keepByteOrderMarks(decoder: unknown): void {
  // The library's parts are functions with properties.
  if (typeof decoder !== 'function' && !isObject(decoder)) return;
  const part = decoder as { text_decoder?: unknown; decoders?: unknown };
  if (part.text_decoder instanceof TextDecoder) {
    part.text_decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  }
  if (Array.isArray(part.decoders)) part.decoders.forEach(keepByteOrderMarks);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
