/** What describes a tokenizer: the two files of the Hugging Face ecosystem, parsed. */
export interface TokenizerFiles {
  readonly tokenizerJson: Record<string, unknown>;
  readonly tokenizerConfig: Record<string, unknown>;
}

/** The text of a special token such as `eos_token`: a string, or an object that holds it; null where absent. */
export function specialTokenText(
  tokenizerConfig: Readonly<Record<string, unknown>>,
  name: string,
): string | null {
  const entry = tokenizerConfig[name];
  if (typeof entry === 'string') return entry;
  if (typeof entry === 'object' && entry !== null && 'content' in entry) {
    return typeof entry.content === 'string' ? entry.content : null;
  }
  return null;
}

/** An entry of `added_tokens`: matched as it stands, before the text is split. */
export function addedToken(id: number, content: string, special: boolean): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special };
}

/** The `model` of a byte-level BPE tokenizer.json.
 *  @param ignoreMerges whole words of the vocabulary are tokens even where no merges lead to them */
export function bpeModel(
  vocab: Readonly<Record<string, number>>,
  merges: readonly unknown[],
  ignoreMerges: boolean,
): object {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: ignoreMerges,
    vocab,
    merges,
  };
}
