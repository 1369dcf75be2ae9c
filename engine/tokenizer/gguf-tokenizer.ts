/** The tokenizer inside a GGUF file, as the two files of the Hugging Face ecosystem.
 *  Knows byte-level BPE and the splitting rules that llama.cpp names (llama-vocab.cpp); knows nothing of files. */
import { EngineError } from '../errors.ts';
import { addedToken, bpeModel, type TokenizerFiles } from './tokenizer-files.ts';

/** Metadata under `tokenizer.`, as read. */
export type TokenizerMetadata = Readonly<Record<string, unknown>>;

interface SplittingRule {
  readonly preTokenizers: readonly object[];
  /** Whole words of the vocabulary are tokens even where no merges lead to them. */
  readonly ignoreMerges: boolean;
  /** Where the file does not say whether a begin token is added. */
  readonly addBos: boolean;
}

/** Whether the split keeps digits together or adds prefix spaces is said by the rule, never by this. */
const byteLevel = (useRegex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

const split = (pattern: string) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

const GPT2_RULE: SplittingRule = { preTokenizers: [byteLevel(true)], ignoreMerges: false, addBos: false };

const SMOLLM_RULE: SplittingRule = {
  preTokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
  ignoreMerges: false,
  addBos: false,
};

const LLAMA3_RULE: SplittingRule = {
  preTokenizers: [
    split(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" +
        '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
    ),
    byteLevel(false),
  ],
  ignoreMerges: true,
  addBos: true,
};

/** llama.cpp's rule for files that name none. */
const DEFAULT_RULE: SplittingRule = {
  preTokenizers: [
    split('[\\p{P}\\$\\+<=>\\^~\\|]+'),
    split("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)"),
    split('\\p{N}+'),
    split('[0-9][0-9][0-9]'),
    byteLevel(false),
  ],
  ignoreMerges: false,
  addBos: false,
};

const splittingRules: ReadonlyMap<string, SplittingRule> = new Map([
  ['gpt-2', GPT2_RULE],
  ['gpt2', GPT2_RULE],
  ['smollm', SMOLLM_RULE],
  ['llama-bpe', LLAMA3_RULE],
  ['llama3', LLAMA3_RULE],
  ['llama-v3', LLAMA3_RULE],
  ['default', DEFAULT_RULE],
]);

const CONTROL = 3;
const USER_DEFINED = 4;

/** @throws EngineError E_TOKENIZER_INVALID for a kind or splitting rule we do not know, or lists that contradict */
export function tokenizerFilesFromGguf(metadata: TokenizerMetadata): TokenizerFiles {
  const kind = metadata['tokenizer.ggml.model'];
  if (kind !== 'gpt2') {
    throw fault(`its kind is ${shown(kind)}; supported is byte-level BPE, "gpt2"`);
  }
  const name = metadata['tokenizer.ggml.pre'] ?? 'default';
  const rule = typeof name === 'string' ? splittingRules.get(name) : undefined;
  if (!rule) {
    throw fault(
      `its splitting rule is ${shown(name)}; supported are ${[...splittingRules.keys()].join(', ')}`,
    );
  }
  const tokens = strings(metadata, 'tokenizer.ggml.tokens');
  const merges = strings(metadata, 'tokenizer.ggml.merges');
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  if (vocab.size !== tokens.length) throw fault('a token stands twice in tokenizer.ggml.tokens');
  const badMerge = merges.find((merge) => merge.split(' ').length !== 2);
  if (badMerge !== undefined) throw fault(`the merge ${shown(badMerge)} is not two parts`);

  const addBos = metadata['tokenizer.ggml.add_bos_token'] ?? rule.addBos;
  const bos = specialToken(metadata, tokens, 'bos');
  return {
    tokenizerJson: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens(metadata, tokens),
      normalizer: null,
      pre_tokenizer: { type: 'Sequence', pretokenizers: rule.preTokenizers },
      post_processor: addBos === true && bos ? beginWith(bos) : null,
      decoder: byteLevel(true),
      model: bpeModel(Object.fromEntries(vocab), merges, rule.ignoreMerges),
    },
    tokenizerConfig: {
      ...(bos ? { bos_token: bos.token } : {}),
      ...tokenEntry('eos_token', specialToken(metadata, tokens, 'eos')),
      ...tokenEntry('unk_token', specialToken(metadata, tokens, 'unknown')),
      ...tokenEntry('pad_token', specialToken(metadata, tokens, 'padding')),
      clean_up_tokenization_spaces: false,
    },
  };
}

interface SpecialToken {
  readonly id: number;
  readonly token: string;
}

function specialToken(
  metadata: TokenizerMetadata,
  tokens: readonly string[],
  name: 'bos' | 'eos' | 'unknown' | 'padding',
): SpecialToken | null {
  const id = metadata[`tokenizer.ggml.${name}_token_id`];
  if (id === undefined) return null;
  const token = typeof id === 'number' ? tokens[id] : undefined;
  if (token === undefined) throw fault(`tokenizer.ggml.${name}_token_id is ${shown(id)}, which is no token`);
  return { id: id as number, token };
}

function tokenEntry(name: string, special: SpecialToken | null): Record<string, string> {
  return special ? { [name]: special.token } : {};
}

function addedTokens(metadata: TokenizerMetadata, tokens: readonly string[]): object[] {
  const types = metadata['tokenizer.ggml.token_type'];
  if (!Array.isArray(types) || types.length !== tokens.length) {
    throw fault('tokenizer.ggml.token_type is not one number a token');
  }
  return tokens.flatMap((content, id) => {
    if (types[id] !== CONTROL && types[id] !== USER_DEFINED) return [];
    return [addedToken(id, content, types[id] === CONTROL)];
  });
}

function beginWith({ id, token }: SpecialToken): object {
  const special = { SpecialToken: { id: token, type_id: 0 } };
  const first = { Sequence: { id: 'A', type_id: 0 } };
  const second = { Sequence: { id: 'B', type_id: 0 } };
  return {
    type: 'TemplateProcessing',
    single: [special, first],
    pair: [special, first, second],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

function strings(metadata: TokenizerMetadata, name: string): string[] {
  const list = metadata[name];
  if (Array.isArray(list) && list.length > 0 && list.every((entry) => typeof entry === 'string')) return list;
  throw fault(`${name} is missing or not a list of texts`);
}

function fault(what: string): EngineError {
  return new EngineError('E_TOKENIZER_INVALID', `the tokenizer in the GGUF file: ${what}`, {
    remedy: 'Use a GGUF file that was converted with its tokenizer, or a Hugging Face folder.',
  });
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 80);
}
