/** One text for one JSON value, whatever the order of keys or the white space it was written with: what digests
 *  of configuration are taken of. */
import { createHash } from 'node:crypto';

/** JSON with sorted keys and no white space. Arrays keep their order: that of merges matters. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, element]) => element !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, element]) => `${JSON.stringify(key)}:${canonicalJson(element)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** `sha256:<hex>` of the value's canonical JSON; of the text itself for a string. */
export function digestOfValue(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
