/** Is an answer JSON (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259), and the value it holds. JSON.parse takes
 *  exactly the RFC's grammar: no comments, no trailing commas, no NaN, no byte order mark, and any value at the top;
 *  of a repeated key the last value counts. Knows nothing of schemas. */
import { signature } from './signature.ts';

export interface JsonOptions {
  /** `never`: the answer is JSON as it stands, white space around it apart. `allow`: or it is one Markdown block
   *  (```json … ``` or ``` … ```) that holds JSON, with nothing before and after it. `search`: or such a block stands somewhere in
   *  it; of several the last. Default `never`: a program that reads the answer is not told of Markdown. */
  readonly fence?: 'never' | 'allow' | 'search';
}

const OPENING = /^```(?:json)?[ \t]*$/i;
const CLOSING = /^```[ \t]*$/;

/** The text between the fences of the last closed block; null where there is none. */
function fencedBlock(text: string, alone: boolean): string | null {
  const lines = text.trim().split(/\r?\n/);
  let block: string | null = null;
  let start = -1;
  for (const [at, line] of lines.entries()) {
    if (start < 0) {
      if (OPENING.test(line)) start = at;
      else if (alone) return null;
    } else if (CLOSING.test(line)) {
      block = lines.slice(start + 1, at).join('\n');
      if (alone) return at === lines.length - 1 ? block : null;
      start = -1;
    }
  }
  return block;
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** The value in the answer, in an object since it may itself be null; null where the answer is not JSON. */
export function parseJsonOutput(
  answer: string,
  { fence = 'never' }: JsonOptions = {},
): { readonly value: unknown } | null {
  const plain = parsed(answer);
  if (plain !== null || fence === 'never') return plain;
  const block = fencedBlock(answer, fence === 'allow');
  return block === null ? null : parsed(block);
}

/** 1 when the answer is JSON, else 0. */
export function jsonValid(answer: string, options: JsonOptions = {}): 0 | 1 {
  return parseJsonOutput(answer, options) === null ? 0 : 1;
}

/** Such as `jsonValid|rfc:8259|fence:never|harness:2`. */
export function jsonValidSignature({ fence = 'never' }: JsonOptions = {}): string {
  return `jsonValid|${signature({ rfc: 8259, fence })}`;
}
