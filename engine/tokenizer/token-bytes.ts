/** The bytes that each token adds to a text, from tokenizer.json: byte-level BPE, whose characters stand for bytes,
 *  and the SentencePiece kind, with ▁ for a space and <0x0A> for a byte. */
import { byteCharacters } from './train-bpe.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';

/** By id; null for added tokens, special or not, and for ids that no token has. Null as a whole for a tokenizer of
 *  another kind. */
export function tokenBytes({ tokenizerJson }: TokenizerFiles): (Uint8Array | null)[] | null {
  const kinds = decoderKinds(tokenizerJson['decoder']);
  const bytesOf = kinds.has('ByteLevel')
    ? byteLevelBytes()
    : kinds.has('Metaspace') || kinds.has('ByteFallback')
      ? sentencePieceBytes
      : null;
  if (bytesOf === null) return null;
  const found: (Uint8Array | null)[] = [];
  const { vocab } = fields(tokenizerJson['model']);
  const pieces: readonly (readonly [unknown, unknown])[] = Array.isArray(vocab)
    ? vocab.map((entry: unknown, id) => [Array.isArray(entry) ? entry[0] : null, id])
    : Object.entries(fields(vocab));
  for (const [piece, id] of pieces) {
    if (typeof piece === 'string' && typeof id === 'number') found[id] = bytesOf(piece);
  }
  const added: unknown = tokenizerJson['added_tokens'];
  for (const token of Array.isArray(added) ? added : []) {
    const { id } = fields(token);
    if (typeof id === 'number') found[id] = null;
  }
  return Array.from(found, (bytes) => bytes ?? null);
}

/** Names of the decoder and of those within it. */
function decoderKinds(decoder: unknown): ReadonlySet<unknown> {
  const { type, decoders } = fields(decoder);
  return new Set([type, ...(Array.isArray(decoders) ? decoders.map((each) => fields(each)['type']) : [])]);
}

function byteLevelBytes(): (piece: string) => Uint8Array | null {
  const byteOf = new Map(byteCharacters().map((character, byte) => [character, byte]));
  return (piece) => {
    const bytes = Array.from(piece, (character) => byteOf.get(character));
    return bytes.includes(undefined) ? null : Uint8Array.from(bytes as number[]);
  };
}

function sentencePieceBytes(piece: string): Uint8Array {
  const [, hex] = /^<0x([0-9A-Fa-f]{2})>$/.exec(piece) ?? [];
  return hex === undefined
    ? Buffer.from(piece.replaceAll('▁', ' '))
    : Uint8Array.of(Number.parseInt(hex, 16));
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
