/** Where the app lists and shows the samples; the rest of the page stands without it. */
import { countOf } from '../app/format.js';
import type { SampleRecord } from '../report-data.ts';
import { type Html, html } from './html.ts';

export function sampleSection(samples: readonly SampleRecord[]): Html {
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
