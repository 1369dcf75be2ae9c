// @ts-check
/** The review as a whole: who, the decision, saving it as a file and loading one. Knows the section of the page that
 *  `html/review-section.ts` writes. */
import { byId } from './dom.js';
import { saveFile } from './save-file.js';

/** @typedef {import('./review-store.js').ReviewStore} ReviewStore */

/** @param {ReviewStore} store @param {{ needed: () => { left: number, of: number }, onLoad: () => void }} page
 *    needed: samples that ask for a person, and those of them without a verdict
 *  @returns {() => void} shows what has changed */
export function signOff(store, page) {
  const name = byId('reviewer', HTMLInputElement);
  const decision = byId('decision', HTMLSelectElement);
  const status = byId('review-status', HTMLElement);
  const counts = byId('review-counts', HTMLElement);
  const file = byId('review-file', HTMLInputElement);
  const show = () => {
    const { accepted, rejected, marked, commented } = store.counts;
    const { left, of } = page.needed();
    counts.textContent = [
      `${accepted} accepted, ${rejected} rejected, ${marked} marked, ${commented} commented.`,
      of > 0 &&
        (left === 0
          ? `All ${of} that ask for a person have a verdict.`
          : `${left} of ${of} that ask for a person have no verdict yet.`),
    ]
      .filter(Boolean)
      .join(' ');
    if (name.value !== store.reviewer) name.value = store.reviewer;
    decision.value = store.decision ?? '';
  };
  name.addEventListener('input', () => {
    store.reviewer = name.value;
    store.keep();
  });
  decision.addEventListener('change', () => {
    store.decision = decision.value === 'accept' || decision.value === 'reject' ? decision.value : null;
    store.keep();
  });
  byId('sign', HTMLButtonElement).addEventListener('click', () => {
    if (store.reviewer.trim() === '')
      return ask(name, 'Write your name: a review without one counts for nobody.');
    if (store.decision === null) return ask(decision, 'Choose a decision: accept or reject the run.');
    const at = new Date().toISOString();
    save(store.toFile(at), 'review');
    status.textContent = `Signed ${at} and saved. Hand it to harness promote --review.`;
  });
  byId('save-draft', HTMLButtonElement).addEventListener('click', () => {
    save(store.toFile(null), 'review-draft');
    status.textContent = 'Saved as a draft, which signs nothing.';
  });
  byId('load-review', HTMLButtonElement).addEventListener('click', () => file.click());
  file.addEventListener('change', () => void load());

  async function load() {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    try {
      const { samples, reviewer } = store.load(await chosen.text());
      status.textContent = `Loaded ${samples.length} remarks by ${reviewer || 'nobody named'}.`;
    } catch (error) {
      status.textContent = `${chosen.name} was not loaded: ${error instanceof Error ? error.message : String(error)}.`;
    }
    file.value = '';
    show();
    page.onLoad();
  }

  /** @param {HTMLElement} field @param {string} why */
  function ask(field, why) {
    status.textContent = why;
    field.focus();
  }

  /** @param {string} text @param {string} what */
  function save(text, what) {
    const who = store.reviewer
      .trim()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .slice(0, 40);
    saveFile(`${what}${who ? `-${who}` : ''}.json`, 'application/json', text);
  }
  show();
  return show;
}
