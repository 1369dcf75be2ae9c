// @ts-check
/** What the reviewer says of one sample: accept, reject, mark, comment. Knows a store of reviews and the sample's key. */
import { actionButton, element } from './dom.js';

/** @typedef {import('./review-store.js').ReviewStore} ReviewStore */

/** @param {ReviewStore} store @param {string} key @param {() => void} onChange */
export function reviewPanel(store, key, onChange) {
  const comment = element('textarea', '');
  comment.id = 'comment';
  comment.rows = 2;
  comment.value = store.of(key)?.comment ?? '';
  comment.addEventListener('input', () => {
    store.change(key, { comment: comment.value });
    onChange();
  });
  const label = element('label', '', 'Comment ', element('kbd', '', 'c'));
  label.htmlFor = 'comment';
  /** @param {'accept' | 'reject'} verdict */
  const judge = (verdict) => {
    const same = store.of(key)?.verdict === verdict;
    store.change(key, { verdict: same ? null : verdict });
    show();
    onChange();
  };
  const accept = actionButton('✓ Accept', 'a', () => judge('accept'));
  const reject = actionButton('✕ Reject', 'r', () => judge('reject'));
  const mark = actionButton('◆ Mark', 'm', () => {
    store.change(key, { marked: !store.of(key)?.marked });
    show();
    onChange();
  });
  accept.id = 'accept';
  reject.id = 'reject';
  mark.id = 'mark';
  function show() {
    const remarks = store.of(key);
    accept.setAttribute('aria-pressed', String(remarks?.verdict === 'accept'));
    reject.setAttribute('aria-pressed', String(remarks?.verdict === 'reject'));
    mark.setAttribute('aria-pressed', String(remarks?.marked ?? false));
  }
  show();
  const section = element(
    'section',
    'review',
    element('h4', '', 'Your review'),
    element('div', 'actions', accept, reject, mark),
    label,
    comment,
  );
  section.setAttribute('aria-label', 'Your review of this sample');
  return section;
}
