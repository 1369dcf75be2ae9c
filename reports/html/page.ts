/** report.html: one file that asks nothing of the network and runs nothing but its own script.
 *  The verdict and all its evidence stand in the markup; only the samples need the script. */
import { createHash } from 'node:crypto';
import { countOf } from '../app/format.js';
import type { ReportData } from '../report-data.ts';
import { gapSection } from './gap-section.ts';
import { gateSection } from './gate-section.ts';
import { type Html, html, raw, verbatim } from './html.ts';
import { inlineScript } from './inline-script.ts';
import { provenanceSection } from './provenance-section.ts';
import { sampleArchive } from './sample-archive.ts';
import { signs } from '../signs.ts';
import { styles } from './styles.ts';
import { taskSection } from './task-section.ts';
import { verdictSection } from './verdict-section.ts';

/** The report of a run as one HTML document. Pure: equal data give equal bytes. */
export function renderHtml(data: ReportData): string {
  const script = inlineScript();
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${raw(contentSecurityPolicy(script, styles))}" />
        <meta name="referrer" content="no-referrer" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>
          ${signs[data.verdict.outcome].sign} ${data.run.model.reference}: ${data.verdict.outcome}
        </title>
        ${verbatim('style', styles)}
      </head>
      <body>
        <a class="skip" href="#samples">Skip to the samples</a>
        <main>
          ${verdictSection(data)}
          <nav aria-label="Contents">
            <a href="#gates">Gates</a> <a href="#gaps">Not evaluated</a> <a href="#tasks">Tasks</a>
            <a href="#samples">Samples</a> <a href="#provenance">Provenance</a>
          </nav>
          ${gateSection(data)} ${gapSection(data)} ${taskSection(data)} ${sampleSection(data)}
          ${provenanceSection(data)}
        </main>
        ${data.samples.length > 0 && html`${sampleArchive(data)} ${verbatim('script', script)}`}
      </body>
    </html> `;
  return page.source;
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

function sampleSection({ samples }: ReportData): Html {
  if (samples.length === 0) {
    return html`<section aria-labelledby="samples">
      <h2 id="samples">Samples</h2>
      <p>There are none.</p>
    </section>`;
  }
  return html`<section class="samples" aria-labelledby="samples">
    <h2 id="samples">Samples</h2>
    <noscript
      ><p>
        Looking through the ${countOf(samples.length, 'sample')} needs JavaScript; they also lie in
        samples.jsonl beside this file. All else on this page stands without it.
      </p></noscript
    >
    <p class="print-only">
      ${countOf(samples.length, 'sample')}: in the file itself, and in samples.jsonl beside it.
    </p>
    <div class="tools">
      <p>
        <label for="scope">Task</label>
        <select id="scope">
          <option value="">all</option>
        </select>
      </p>
      <p>
        <label for="tag">Tag</label>
        <select id="tag"></select>
      </p>
      <p>
        <label for="sort">Sort by</label>
        <select id="sort"></select>
      </p>
      <p>
        <label for="find">Find</label>
        <input id="find" type="search" autocomplete="off" spellcheck="false" />
      </p>
      <p class="check">
        <input id="errors-only" type="checkbox" />
        <label for="errors-only">errors only</label>
      </p>
      <output id="status" aria-live="polite"></output>
    </div>
    <div class="panes">
      <div id="list" class="list" role="listbox" aria-label="Samples" tabindex="0"></div>
      <div id="detail" class="detail" aria-live="off">
        <p class="empty">Choose a sample: click, or arrow keys in the list. Enter goes to its text.</p>
      </div>
    </div>
  </section>`;
}
