// @ts-check
/** Single keys that do what a reviewer does most, and the help that lists them. They sleep while one types, and can be
 *  switched off for readers whose tools need the keys (WCAG 2.1.4). Knows keys; what they do is given. */
import { element } from './dom.js';

/** @typedef {{ keys: string[], what: string, act: () => unknown }} Shortcut
 *    act: what it returns is awaited before the next key acts, so that no verdict meets the sample before */

const OFF = 'harness-report keys off';

/** @param {readonly Shortcut[]} shortcuts @param {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null} storage
 *  @returns {() => void} opens the help */
export function listenForKeys(shortcuts, storage) {
  let off = storage?.getItem(OFF) === '1';
  const dialog = helpDialog(shortcuts, off, (isOff) => {
    off = isOff;
    if (isOff) storage?.setItem(OFF, '1');
    else storage?.removeItem(OFF);
  });
  document.body.append(dialog);
  /** @type {Shortcut[]} */
  const waiting = [];
  let isActing = false;
  const open = () => {
    if (!dialog.open) dialog.showModal();
  };
  addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || dialog.open) return;
    if (isTyping(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    if (event.key === '?') {
      open();
      event.preventDefault();
      return;
    }
    const shortcut = off ? undefined : shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!shortcut) return;
    event.preventDefault();
    waiting.push(shortcut);
    if (!isActing) void actInTurn();
  });

  async function actInTurn() {
    isActing = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) await next.act();
    isActing = false;
  }
  return open;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && target.type !== 'checkbox';
}

/** @param {readonly Shortcut[]} shortcuts @param {boolean} off @param {(off: boolean) => void} onSwitch */
function helpDialog(shortcuts, off, onSwitch) {
  const title = element('h2', '', 'Keys');
  title.id = 'help-title';
  const list = element('dl', 'keys');
  for (const { keys, what } of [
    ...shortcuts,
    { keys: ['?'], what: 'this help' },
    { keys: ['Esc'], what: 'leaves a field, closes this help' },
  ]) {
    list.append(
      element(
        'div',
        '',
        element('dt', '', ...keys.map((key) => element('kbd', '', key))),
        element('dd', '', what),
      ),
    );
  }
  const box = element('input', '');
  box.type = 'checkbox';
  box.checked = !off;
  box.id = 'keys-on';
  box.addEventListener('change', () => onSwitch(!box.checked));
  const label = element('label', '', 'single keys are on');
  label.htmlFor = box.id;
  const close = element('button', '', 'Close');
  close.type = 'button';
  const dialog = element(
    'dialog',
    'help',
    title,
    list,
    queryHelp(),
    element('p', 'check', box, label),
    close,
  );
  dialog.setAttribute('aria-labelledby', title.id);
  close.addEventListener('click', () => dialog.close());
  return dialog;
}

/** Examples of what the find field understands. */
function queryHelp() {
  const examples = /** @type {const} */ ([
    ['photosynthesis "red planet"', 'both texts, anywhere in a sample'],
    ['rouge1<0.3 latency>2s', 'scores, and latency, ttft, tokens, repeat, change'],
    ['rougeL.change<-0.2', 'against the baseline; .baseline is its own score'],
    ['output:sorry -prompt:weapon', 'in prompt, output, baseline, reference or reason; - is not'],
    ['is:worse (tag:capital or task:facts)', 'error, fails, passes, undefined, differs, same, worse, better'],
    ['is:rejected', 'accepted, rejected, marked, commented, reviewed'],
  ]);
  const list = element('dl', 'keys');
  for (const [query, what] of examples) {
    list.append(element('div', '', element('dt', '', element('code', '', query)), element('dd', '', what)));
  }
  return element('section', '', element('h3', '', 'Find'), list);
}
