/** Byte-level byte-pair encoding, learned from text (Sennrich et al. 2016, arXiv:1508.07909; bytes and pre-tokenizer
 *  as GPT-2, Radford et al. 2019). Returns a tokenizer.json that `@huggingface/tokenizers` and Python `transformers`
 *  read alike. Same text, same tokenizer. */
import { addedToken, bpeModel, type TokenizerFiles } from './tokenizer-files.ts';

/** The pre-tokenizer's pattern: a merge never crosses the end of a piece. */
const piecePattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** The printable character that stands for each byte: itself where it is printable, else the next one from U+0100. */
export function byteCharacters(): string[] {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
}

/** A pair of neighbouring symbols and how often it stood in the text when the entry was made. */
interface Candidate {
  readonly count: number;
  readonly left: number;
  readonly right: number;
}

/** More frequent first; equally frequent ones by symbol, so that the order depends on the text alone. */
function before(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
}

/** Binary heap with the best candidate on top. */
class CandidateHeap {
  readonly #items: Candidate[] = [];

  push(item: Candidate): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): Candidate | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++;
      if (!before(items[child]!, last)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

const RADIX = 2 ** 26;

/** Learns up to `count` merges of symbols; symbol 256 + i is the result of merge i. Pairs that stand only once in the
 *  text are not merged: the list may be shorter. */
function learnMerges(
  pieces: ReadonlyMap<string, number>,
  symbolOfByte: readonly number[],
  count: number,
): [left: number, right: number][] {
  const encoder = new TextEncoder();
  const words = [...pieces].map(([piece, frequency]) => ({
    symbols: Array.from(encoder.encode(piece), (byte) => symbolOfByte[byte]!),
    frequency,
  }));
  const counts = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const heap = new CandidateHeap();

  const change = (left: number, right: number, by: number, word: number) => {
    const key = left * RADIX + right;
    counts.set(key, (counts.get(key) ?? 0) + by);
    if (by < 0) return;
    const known = places.get(key);
    if (known) known.add(word);
    else places.set(key, new Set([word]));
  };
  words.forEach(({ symbols, frequency }, word) => {
    for (let i = 1; i < symbols.length; i++) change(symbols[i - 1]!, symbols[i]!, frequency, word);
  });
  const offer = (key: number) => {
    const frequency = counts.get(key)!;
    if (frequency > 1) heap.push({ count: frequency, left: Math.floor(key / RADIX), right: key % RADIX });
  };
  for (const key of counts.keys()) offer(key);

  const merges: [number, number][] = [];
  while (merges.length < count) {
    const best = heap.pop();
    if (!best) break;
    const { left, right } = best;
    const key = left * RADIX + right;
    const current = counts.get(key)!;
    if (current !== best.count) {
      // The count fell since; a risen count has an entry of its own.
      if (current < best.count) offer(key);
      continue;
    }
    const symbol = 256 + merges.length;
    merges.push([left, right]);
    const risen = new Set<number>();
    for (const index of places.get(key)!) {
      const { symbols, frequency } = words[index]!;
      for (let i = 0; i + 1 < symbols.length; i++) {
        if (symbols[i] !== left || symbols[i + 1] !== right) continue;
        const previous = symbols[i - 1];
        const next = symbols[i + 2];
        if (previous !== undefined) {
          change(previous, left, -frequency, index);
          change(previous, symbol, frequency, index);
          risen.add(previous * RADIX + symbol);
        }
        if (next !== undefined) {
          change(right, next, -frequency, index);
          change(symbol, next, frequency, index);
          risen.add(symbol * RADIX + next);
        }
        symbols.splice(i, 2, symbol);
      }
    }
    counts.set(key, 0);
    places.delete(key);
    for (const pair of risen) offer(pair);
  }
  return merges;
}

export interface BpeOptions {
  /** Tokens wanted, the special ones and the 256 bytes included. */
  readonly vocabSize: number;
  /** They get the first ids, in this order, and never occur inside a merge. */
  readonly specialTokens: readonly string[];
}

/** A tokenizer of at most `vocabSize` tokens: special tokens first, then the bytes, then merges in the order learned.
 *  Small texts give fewer merges than asked for. */
export function trainBpe(
  texts: Iterable<string>,
  { vocabSize, specialTokens }: BpeOptions,
): TokenizerFiles['tokenizerJson'] {
  const pieces = new Map<string, number>();
  for (const text of texts) {
    for (const [piece] of text.matchAll(piecePattern)) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  }
  // Bytes are numbered in the order of their characters, as Hugging Face's trainer does: ties between equally
  // frequent pairs then fall alike, and so do all merges.
  const characters = byteCharacters();
  const symbols = characters.toSorted();
  const symbolOfByte = characters.map((character) => symbols.indexOf(character));
  const merges = learnMerges(pieces, symbolOfByte, Math.max(0, vocabSize - 256 - specialTokens.length));

  const vocab: Record<string, number> = {};
  for (const token of [...specialTokens, ...symbols]) vocab[token] = Object.keys(vocab).length;
  let nextId = specialTokens.length + 256;
  const mergeList = merges.map(([left, right]) => {
    const pair = [symbols[left]!, symbols[right]!];
    const merged = pair.join('');
    symbols.push(merged);
    vocab[merged] = nextId++;
    return pair;
  });
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => addedToken(id, content, true)),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: bpeModel(vocab, mergeList, false),
  };
}
