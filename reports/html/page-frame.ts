/** The frame of every page: one file that asks nothing of the network and runs nothing but its own script.
 *  Knows nothing of what is shown. */
import { createHash } from 'node:crypto';
import { type Html, html, raw, verbatim } from './html.ts';
import { inlineScript } from './inline-script.ts';
import { styles } from './styles.ts';

export interface Page {
  readonly title: string;
  /** What stands in the markup, without any script. */
  readonly content: Html;
  /** Samples for the app, as `sampleArchive` packs them; null for a page without. */
  readonly archive: Html | null;
}

/** Pure: equal pages give equal bytes. */
export function pageFrame({ title, content, archive }: Page): string {
  const script = inlineScript();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${raw(contentSecurityPolicy(script, styles))}" />
        <meta name="referrer" content="no-referrer" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${verbatim('style', styles)}
      </head>
      <body>
        ${content} ${archive !== null && html`${archive} ${verbatim('script', script)}`}
      </body>
    </html> `.source;
}

/** Nothing but the one script and the one style sheet, by digest; Trusted Types close the ways from text to markup. */
function contentSecurityPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256(script)}'`,
    `style-src 'sha256-${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
