/** HTML that cannot be broken out of: every value put into a template is escaped, hidden characters labelled.
 *  Knows nothing of what is shown. */
import { visibleString } from '../app/visible-text.js';

/** Text that is HTML already. Only `html` and `raw` make one. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For element content and quoted attributes alike. */
export function escapeHtml(text: string): string {
  return visibleString(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Tagged template: strings are escaped, `Html` goes in as it is, lists are joined, null and false vanish. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings.reduce((text, literal, i) => text + sourceOf(values[i - 1]) + literal));
}

function sourceOf(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.source;
  if (typeof part === 'object') return part.map(sourceOf).join('');
  return escapeHtml(String(part));
}

/** A name or signature that may break after `/`, `.` and `|`, where it would otherwise break anywhere. */
export function breakable(name: string): Html {
  return new Html(escapeHtml(name).replace(/(?<=\w[/.|])(?=[A-Za-z])/g, '<wbr>'));
}

/** For text of our own that is HTML, CSS or script already; never for data. */
export function raw(source: string): Html {
  return new Html(source);
}

/** A style or script element around text of our own, to the byte: its digest stands in the page's policy. */
export function verbatim(name: 'style' | 'script', source: string): Html {
  return new Html(`<${name}>${source}</${name}>`);
}
