/** Where the app lists and shows the samples; the rest of the page stands without it. */
import { countOf } from '../app/format.js';
import type { SampleRecord } from '../report-data.ts';
import { type Html, html } from './html.ts';

export function sampleSection(samples: readonly SampleRecord[], hasBaseline: boolean): Html {
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
        <label for="outcome">Outcome</label>
        <select id="outcome"></select>
      </p>
      <p class="${!hasBaseline && 'absent'}">
        <label for="versus">Against baseline</label>
        <select id="versus"></select>
      </p>
      <p class="find">
        <label for="find">Find</label>
        <input
          id="find"
          type="search"
          autocomplete="off"
          spellcheck="false"
          aria-describedby="find-fault"
          placeholder='rouge1&lt;0.3 "photosynthesis" latency&gt;2s'
        />
      </p>
      <p class="files">
        <button type="button" id="save-csv">Save CSV</button>
        <button type="button" id="save-jsonl">Save JSONL</button>
        <button type="button" id="keys">Keys <kbd>?</kbd></button>
        <input
          id="samples-file"
          type="file"
          accept=".jsonl"
          multiple
          class="offscreen"
          tabindex="-1"
          aria-label="samples.jsonl"
        />
      </p>
      <p id="find-fault" class="fault" role="alert"></p>
      <output id="status" aria-live="polite"></output>
      <output id="notice" aria-live="polite"></output>
    </div>
    <div class="panes">
      <div id="list" class="list" role="listbox" aria-label="Samples" tabindex="0"></div>
      <div id="detail" class="detail" aria-live="off">
        <p class="empty">
          Choose a sample: click, or arrow keys in the list. Enter goes to its text; ? lists all keys.
        </p>
      </div>
    </div>
  </section>`;
}
