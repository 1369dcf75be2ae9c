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
