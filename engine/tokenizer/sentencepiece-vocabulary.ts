/** SentencePiece's BPE as a tokenizer.json: spaces are written ▁, what the vocabulary lacks is spelled in bytes.
 *  As transformers 5 builds it of a GGUF file (integrations/gguf, LlamaTokenizer). Knows lists of tokens; knows nothing
 *  of files. */
import { bpeModel } from './tokenizer-files.ts';

const SPACE = '\u2581';

export interface SentencePieceVocabulary {
  /** Ids by token. */
  readonly vocab: ReadonlyMap<string, number>;
  /** Of each token; the higher, the sooner two parts become it. */
  readonly scores: readonly number[];
  readonly unknown: string | null;
  /** Whether a text begins with a space, as its words do. */
  readonly prefixSpace: boolean;
}

/** The parts of a tokenizer.json that depend on the kind of vocabulary. */
export function sentencePieceParts(vocabulary: SentencePieceVocabulary): Record<string, unknown> {
  const { vocab, unknown, prefixSpace } = vocabulary;
  const scheme = prefixSpace ? 'first' : 'never';
  return {
    pre_tokenizer: { type: 'Metaspace', replacement: SPACE, prepend_scheme: scheme, split: false },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(prefixSpace ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      ...bpeModel(Object.fromEntries(vocab), recoveredMerges(vocabulary), false),
      unk_token: unknown,
      fuse_unk: true,
      byte_fallback: true,
    },
  };
}

interface Merge {
  readonly parts: readonly [string, string];
  readonly score: number;
  readonly sizes: readonly [number, number];
}

/** The merges that a vocabulary and its scores stand for, the first to be done first: each token from each two tokens
 *  that it consists of. Equal ones in the order of transformers' generate_merges. */
function recoveredMerges({ vocab, scores }: SentencePieceVocabulary): (readonly [string, string])[] {
  const merges: Merge[] = [];
  for (const [token, id] of vocab) {
    const characters = Array.from(token);
    const ways: (Merge & { readonly ids: readonly [number, number] })[] = [];
    for (let size = 1; size < characters.length; size++) {
      const left = characters.slice(0, size).join('');
      const right = token.slice(left.length);
      const ids = [vocab.get(left), vocab.get(right)] as const;
      if (ids[0] === undefined || ids[1] === undefined) continue;
      const sizes = [size, characters.length - size] as const;
      ways.push({ parts: [left, right], score: scores[id]!, sizes, ids: [ids[0], ids[1]] });
    }
    ways.sort((a, b) => a.ids[0] - b.ids[0] || a.ids[1] - b.ids[1]);
    merges.push(...ways);
  }
  merges.sort((a, b) => b.score - a.score || b.sizes[0] - a.sizes[0] || b.sizes[1] - a.sizes[1]);
  return merges.map(({ parts }) => parts);
}
