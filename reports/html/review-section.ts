/** Where a person signs off what was looked at; saving and loading are the app's. */
import { countOf } from '../app/format.js';
import type { SampleRecord } from '../report-data.ts';
import { formatHash } from '../app/sample-query.js';
import { type Html, html } from './html.ts';

export function reviewSection(samples: readonly SampleRecord[]): Html | null {
  if (samples.length === 0) return null;
  const manual = samples.filter(({ tags }) => tags.includes('manual-review')).length;
  return html`<section class="sign-off" aria-labelledby="review">
    <h2 id="review">Review</h2>
    <p>
      ${
        manual === 0
          ? html`No sample asks for a person; any may be accepted, rejected, marked and commented.`
          : html`<a href="${formatHash({ tag: 'manual-review' })}">${countOf(manual, 'sample')}</a>
              ${manual === 1 ? 'asks' : 'ask'} for a person to look.`
      }
      A signed review goes to <code>harness promote --review FILE</code>, where a policy asks for one.
    </p>
    <p id="review-counts"></p>
    <div class="tools">
      <p>
        <label for="reviewer">Your name</label>
        <input id="reviewer" type="text" autocomplete="name" maxlength="200" />
      </p>
      <p>
        <label for="decision">Decision on the run</label>
        <select id="decision">
          <option value="">none yet</option>
          <option value="accept">accept</option>
          <option value="reject">reject</option>
        </select>
      </p>
      <p class="files">
        <button type="button" id="sign">Sign and save review</button>
        <button type="button" id="save-draft">Save draft</button>
        <button type="button" id="load-review">Load review…</button>
        <input
          id="review-file"
          type="file"
          accept=".json"
          class="offscreen"
          tabindex="-1"
          aria-label="Review file"
        />
      </p>
      <output id="review-status" aria-live="polite"></output>
    </div>
  </section>`;
}
