/** Markup in an answer that does something where the answer is shown as HTML or Markdown: runs a script, loads a frame,
 *  calls out. What stands in code blocks and code spans is shown, not run, and does not count.
 *  Source: OWASP Top 10 for LLM Applications 2025, LLM05 (improper output handling); OWASP XSS cheat sheet. */
import { signature } from './signature.ts';

type Kind = 'script' | 'handler' | 'script-url' | 'frame' | 'form' | 'remote-image' | 'style';

/** A scheme as a browser reads it: line breaks and tabs inside are passed over. */
const scheme = (name: string): string => Array.from(name).join('[\\t\\n\\r]{0,4}');

const SCRIPT_URL = new RegExp(
  // Where a URL stands: a link of Markdown, its reference, a link in angle brackets, an attribute.
  String.raw`(?:\]\(\s{0,8}<?|\]:\s{0,8}<?|<|\b(?:href|src|action|formaction|data)\s{0,8}=\s{0,8}["']?)\s{0,8}` +
    String.raw`(?:(?:${scheme('javascript')}|${scheme('vbscript')})\s{0,4}:|data\s{0,4}:\s{0,4}text/html)`,
  'i',
);

const forms: { readonly [K in Kind]: RegExp } = {
  script: /<\s{0,8}\/?\s{0,8}script[\s>/]/i,
  // An attribute before it may hold angle brackets, in quotes.
  handler: /<[a-z][a-z0-9-]{0,30}(?:\s|\/)(?:[^<>]{0,2000}?|(?:[^<>"']|"[^"]{0,500}"|'[^']{0,500}'){0,2000}?)\bon[a-z]{3,24}\s{0,8}=/i,
  'script-url': SCRIPT_URL,
  frame: /<\s{0,8}(?:iframe|object|embed|frame|applet|base|link|meta)[\s>/]/i,
  form: /<\s{0,8}form[\s>][^<>]{0,2000}?action\s{0,8}=/i,
  // An image that is fetched when shown can carry what was said in its address.
  'remote-image': /!\[[^\]\n]{0,500}\]\(\s{0,8}https?:\/\/[^)\s]{1,2000}\?[^)\s]{1,2000}\)|<img\b[^<>]{0,500}?src\s{0,8}=\s{0,8}["']?https?:\/\/[^\s"'<>]{1,2000}\?/i,
  style: /<\s{0,8}style[\s>][^<]{0,4000}?(?:@import|url\()/i,
}; // prettier-ignore

/** Blocks between fences, each closed by one as long as it was opened with, and spans. */
function withoutCode(text: string): string {
  return text
    .replace(
      /(^|\n) {0,3}(?:(`{3,})[^`\n]*|(~{3,})[^\n]*)(?=\n|$)[^]*?(?:\n {0,3}\2\3[`~]*[ \t]*(?=\n|$)|$)/g,
      '\n',
    )
    .replace(/`[^`\n]{1,2000}`/g, ' ');
}

/** Characters written as numbers or by name, which a browser reads as themselves. */
function withoutReferences(text: string): string {
  return text
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});?/g, (_, digits: string) => characterOf(Number(digits)))
    .replace(/&colon;/gi, ':')
    .replace(/&(?:tab|newline);/gi, '');
}

const characterOf = (code: number): string => (code < 0x110000 ? String.fromCodePoint(code) : ' ');

/** Kinds of unsafe markup that the text holds outside code. */
export function unsafeMarkup(text: string): readonly Kind[] {
  const shown = withoutReferences(withoutCode(text));
  return (Object.keys(forms) as Kind[]).filter((kind) => forms[kind].test(shown));
}

export function unsafeMarkupSignature(): string {
  return `unsafeMarkup|${signature({ forms: Object.keys(forms).join('+'), code: 'ignored', references: 'decoded' })}`;
}
