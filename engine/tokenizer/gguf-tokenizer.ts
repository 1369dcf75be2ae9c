/** The tokenizer inside a GGUF file, as the two files of the Hugging Face ecosystem.
 *  Knows byte-level BPE and the splitting rules that llama.cpp names (llama-vocab.cpp), and which lists a SentencePiece
 *  vocabulary is made of; knows nothing of files. */
import { EngineError } from '../errors.ts';
import { sentencePieceParts } from './sentencepiece-vocabulary.ts';
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

const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;

/** What the kinds of vocabulary have in common. */
interface Vocabulary {
  readonly metadata: TokenizerMetadata;
  readonly tokens: readonly string[];
  /** Ids by token. */
  readonly vocab: ReadonlyMap<string, number>;
}

/** What sets them apart. */
interface Kind {
  /** Parts of tokenizer.json: how a text is split, encoded and put together again. */
  readonly parts: Record<string, unknown>;
  /** Where the file does not say whether a begin token is added. */
  readonly addBos: boolean;
  /** Types of the tokens that are never cut into pieces and not written. */
  readonly special: readonly number[];
}

const kinds: ReadonlyMap<unknown, (vocabulary: Vocabulary) => Kind> = new Map([
  ['gpt2', byteLevelBpe],
  ['llama', sentencePiece],
]);

/** @throws EngineError E_TOKENIZER_INVALID for a kind or splitting rule we do not know, or lists that contradict */
export function tokenizerFilesFromGguf(metadata: TokenizerMetadata): TokenizerFiles {
  const name = metadata['tokenizer.ggml.model'];
  const kindOf = kinds.get(name);
  if (!kindOf) {
    throw fault(
      `its kind is ${shown(name)}; supported are byte-level BPE, "gpt2", and SentencePiece's, "llama"`,
    );
  }
  const tokens = strings(metadata, 'tokenizer.ggml.tokens');
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  if (vocab.size !== tokens.length) throw fault('a token stands twice in tokenizer.ggml.tokens');
  const { parts, addBos, special } = kindOf({ metadata, tokens, vocab });

  const bos = specialToken(metadata, tokens, 'bos');
  const addsBos = (metadata['tokenizer.ggml.add_bos_token'] ?? addBos) === true;
  return {
    tokenizerJson: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens(metadata, tokens, special),
      normalizer: null,
      post_processor: addsBos && bos ? beginWith(bos) : null,
      ...parts,
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

function byteLevelBpe({ metadata, vocab }: Vocabulary): Kind {
  const name = metadata['tokenizer.ggml.pre'] ?? 'default';
  const rule = typeof name === 'string' ? splittingRules.get(name) : undefined;
  if (!rule) {
    throw fault(
      `its splitting rule is ${shown(name)}; supported are ${[...splittingRules.keys()].join(', ')}`,
    );
  }
  const merges = strings(metadata, 'tokenizer.ggml.merges');
  const badMerge = merges.find((merge) => merge.split(' ').length !== 2);
  if (badMerge !== undefined) throw fault(`the merge ${shown(badMerge)} is not two parts`);
  return {
    parts: {
      pre_tokenizer: { type: 'Sequence', pretokenizers: rule.preTokenizers },
      decoder: byteLevel(true),
      model: bpeModel(Object.fromEntries(vocab), merges, rule.ignoreMerges),
    },
    addBos: rule.addBos,
    special: [CONTROL],
  };
}

function sentencePiece({ metadata, tokens, vocab }: Vocabulary): Kind {
  const architecture = metadata['general.architecture'];
  if (typeof architecture === 'string' && /^(gemma|phi3)/.test(architecture)) {
    throw fault(`${architecture} spells spaces in a way of its own, which is not supported`);
  }
  const scores = metadata['tokenizer.ggml.scores'];
  const isScore = (score: unknown): score is number => typeof score === 'number' && !Number.isNaN(score);
  if (!Array.isArray(scores) || scores.length !== tokens.length || !scores.every(isScore)) {
    throw fault('tokenizer.ggml.scores is not one number a token');
  }
  const types = metadata['tokenizer.ggml.token_type'];
  const unknown = Array.isArray(types) ? tokens.find((_, id) => types[id] === UNKNOWN) : undefined;
  const prefixSpace = metadata['tokenizer.ggml.add_space_prefix'] !== false;
  return {
    parts: sentencePieceParts({ vocab, scores, unknown: unknown ?? null, prefixSpace }),
    addBos: true,
    special: [UNKNOWN, CONTROL],
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

/** @param special types of those that are not written */
function addedTokens(
  metadata: TokenizerMetadata,
  tokens: readonly string[],
  special: readonly unknown[],
): object[] {
  const types = metadata['tokenizer.ggml.token_type'];
  if (!Array.isArray(types) || types.length !== tokens.length) {
    throw fault('tokenizer.ggml.token_type is not one number a token');
  }
  return tokens.flatMap((content, id) => {
    const isSpecial = special.includes(types[id]);
    return isSpecial || types[id] === USER_DEFINED ? [addedToken(id, content, isSpecial)] : [];
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
