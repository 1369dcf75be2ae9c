// @ts-check
/** The part of the report that answers the reader: samples, review and keys. All else on the page stands without it. */
import { byId } from './dom.js';
import { Explorer } from './explorer.js';
import { ReviewStore } from './review-store.js';
import { keyOf } from './sample-query.js';
import { SampleStore, unpack } from './sample-store.js';
import { listenForKeys } from './shortcuts.js';
import { signOff } from './sign-off.js';

/** @typedef {import('./sample-query.js').SampleIndex} SampleIndex
 *  @typedef {import('./shortcuts.js').Shortcut} Shortcut */

/** Samples that a person has to look at carry it. */
const MANUAL_REVIEW = 'manual-review';

/** @param {SampleIndex} index @param {string[]} packed */
async function start(index, packed) {
  const storage = openStorage();
  const reviews = new ReviewStore(index.run, storage);
  const manual = index.rows.filter((row) => row.tags.includes(MANUAL_REVIEW)).map((row) => keyOf(index, row));
  let showReview = () => {};
  const explorer = new Explorer(new SampleStore(index, packed), reviews, () => showReview());
  showReview = signOff(reviews, {
    needed: () => ({
      left: manual.filter((key) => (reviews.of(key)?.verdict ?? null) === null).length,
      of: manual.length,
    }),
    onLoad: () => explorer.list.update(),
  });
  const openHelp = listenForKeys(shortcuts(explorer), storage);
  byId('keys', HTMLButtonElement).addEventListener('click', openHelp);
  await explorer.follow();
}

/** @param {Explorer} explorer @returns {Shortcut[]} */
function shortcuts(explorer) {
  /** @param {string} id */
  const press = (id) => document.getElementById(id)?.click();
  return [
    {
      keys: ['g'],
      what: 'the gates, or the metrics: first the one that matters most, then the next',
      act: nextRow,
    },
    {
      keys: ['n'],
      what: 'what was not evaluated, or what else differs',
      act: () => goTo('gaps') || goTo('setup'),
    },
    { keys: ['t'], what: 'tasks and their metrics', act: () => goTo('tasks') },
    { keys: ['p'], what: 'provenance: digests, versions, commands', act: () => goTo('provenance') },
    { keys: ['v'], what: 'the verdict', act: () => goTo('verdict') },
    { keys: ['s'], what: 'the list of samples', act: () => explorer.goToList() },
    { keys: ['/'], what: 'find', act: () => explorer.goToFind() },
    { keys: ['j'], what: 'next sample', act: () => explorer.move(1) },
    { keys: ['k'], what: 'the sample before', act: () => explorer.move(-1) },
    { keys: ['w'], what: 'the worst regression', act: () => explorer.askAndOpen({ sort: '@change' }) },
    {
      keys: ['f'],
      what: 'the first sample that fails',
      act: () => explorer.askAndOpen({ outcome: 'fails' }),
    },
    { keys: ['e'], what: 'the first error', act: () => explorer.askAndOpen({ outcome: 'error' }) },
    {
      keys: ['d'],
      what: 'answers that differ from the baseline',
      act: () => explorer.askAndOpen({ versus: 'differs' }),
    },
    { keys: ['0'], what: 'all samples again', act: () => explorer.askAndOpen({}) },
    { keys: ['l'], what: 'copy the link to this sample', act: () => explorer.copy('link') },
    { keys: ['u'], what: 'copy it as a curl line', act: () => explorer.copy('curl') },
    { keys: ['h'], what: 'copy it as a harness command', act: () => explorer.copy('generate') },
    {
      keys: ['q'],
      what: 'the next sample that asks for a person',
      act: () => explorer.askAndOpen({ find: `tag:${MANUAL_REVIEW} -is:reviewed` }),
    },
    { keys: ['a'], what: 'accept this sample', act: () => press('accept') },
    { keys: ['r'], what: 'reject it', act: () => press('reject') },
    { keys: ['m'], what: 'mark it', act: () => press('mark') },
    { keys: ['c'], what: 'comment on it', act: () => document.getElementById('comment')?.focus() },
    { keys: ['o'], what: 'sign off the review', act: () => void goTo('review') },
  ];
}

/** To a heading of the page, and into it: what comes next is read from there.
 *  @param {string} id */
function goTo(id) {
  const heading = document.getElementById(id);
  if (!heading) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView();
  return true;
}

/** The link of the first gate, or of the one after that which has the focus. */
function nextRow() {
  const links = [...document.querySelectorAll('.gates th a')];
  const at = links.indexOf(/** @type {Element} */ (document.activeElement));
  const next = links[(at + 1) % links.length];
  if (next instanceof HTMLElement) next.focus();
  else goTo('gates');
}

/** Where remarks survive a reload; null where the browser keeps nothing for a page from a file. */
function openStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

async function main() {
  const packedIndex = document.getElementById('sample-index')?.textContent ?? '';
  const packedChunks = [...document.querySelectorAll('.sample-chunk')].map((node) => node.textContent ?? '');
  await start(/** @type {SampleIndex} */ (await unpack(packedIndex)), packedChunks);
  document.documentElement.dataset['ready'] = 'true';
}

void main();
