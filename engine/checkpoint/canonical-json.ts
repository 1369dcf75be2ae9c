/** One text for one JSON value, whatever the order of keys or the white space it was written with: what digests
 *  of configuration are taken of. */
import { createHash } from 'node:crypto';

/** JSON with sorted keys and no white space, piece by piece: a vocabulary's is many megabytes. Arrays keep their order:
 *  that of merges matters. */
function canonicalJson(value: unknown, write: (piece: string) => void): void {
  if (Array.isArray(value)) {
    write('[');
    value.forEach((element, index) => {
      if (index > 0) write(',');
      canonicalJson(element, write);
    });
    write(']');
  } else if (typeof value === 'object' && value !== null) {
    const elements = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(elements).filter((key) => elements[key] !== undefined);
    write('{');
    keys.sort().forEach((key, index) => {
      write(`${index > 0 ? ',' : ''}${JSON.stringify(key)}:`);
      canonicalJson(elements[key], write);
    });
    write('}');
  } else {
    write(JSON.stringify(value) ?? 'null');
  }
}

/** Characters that are hashed at a time. */
const CHUNK = 1 << 16;

/** `sha256:<hex>` of the value's canonical JSON; of the text itself for a string. */
export function digestOfValue(value: unknown): string {
  const hash = createHash('sha256');
  let text = '';
  if (typeof value === 'string') text = value;
  else {
    canonicalJson(value, (piece) => {
      text += piece;
      if (text.length < CHUNK) return;
      hash.update(text);
      text = '';
    });
  }
  return `sha256:${hash.update(text).digest('hex')}`;
}
