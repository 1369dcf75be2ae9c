/** Markup in an answer that does something where the answer is shown as HTML or Markdown: runs a script, loads a frame,
 *  calls out. What stands in code blocks and code spans is shown, not run, and does not count.
 *  Source: OWASP Top 10 for LLM Applications 2025, LLM05 (improper output handling); OWASP XSS cheat sheet. */
import { signature } from './signature.ts';

type Kind = 'script' | 'handler' | 'script-url' | 'frame' | 'form' | 'remote-image' | 'style';

const forms: { readonly [K in Kind]: RegExp } = {
  script: /<\s{0,8}\/?\s{0,8}script[\s>/]/i,
  handler: /<[a-z][a-z0-9-]{0,30}(?:\s|\/)[^<>]{0,2000}?\bon[a-z]{3,24}\s{0,8}=/i,
  'script-url': /(?:\]\(|(?:href|src|action|formaction|xlink:href|data)\s{0,8}=\s{0,8}["']?)\s{0,8}(?:javascript|vbscript|data\s{0,4}:\s{0,4}text\/html)\s{0,4}:?/i,
  frame: /<\s{0,8}(?:iframe|object|embed|frame|applet|base|link|meta)[\s>/]/i,
  form: /<\s{0,8}form[\s>][^<>]{0,2000}?action\s{0,8}=/i,
  // An image that is fetched when shown can carry what was said in its address.
  'remote-image': /!\[[^\]\n]{0,500}\]\(\s{0,8}https?:\/\/[^)\s]{1,2000}\?[^)\s]{1,2000}\)|<img\b[^<>]{0,500}?src\s{0,8}=\s{0,8}["']?https?:\/\/[^\s"'<>]{1,2000}\?/i,
  style: /<\s{0,8}style[\s>][^<]{0,4000}?(?:@import|url\()/i,
}; // prettier-ignore

function withoutCode(text: string): string {
  return text.replace(/(^|\n)(`{3,}|~{3,})[\s\S]*?(?:\n\2|$)/g, '\n').replace(/`[^`\n]{1,2000}`/g, ' ');
}

/** Kinds of unsafe markup that the text holds outside code. */
export function unsafeMarkup(text: string): readonly Kind[] {
  const shown = withoutCode(text);
  return (Object.keys(forms) as Kind[]).filter((kind) => forms[kind].test(shown));
}

export function unsafeMarkupSignature(): string {
  return `unsafeMarkup|${signature({ forms: Object.keys(forms).join('+'), code: 'ignored' })}`;
}
