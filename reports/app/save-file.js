// @ts-check
/** Hands a text to the reader as a file, or to the clipboard. */
import { element } from './dom.js';

/** @param {string} name @param {string} type @param {string} text */
export function saveFile(name, type, text) {
  const link = element('a', '');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Whether the text is on the clipboard now; browsers may refuse a page opened from a file.
 *  @param {string} text @returns {Promise<boolean>} */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = element('textarea', 'offscreen');
    box.value = text;
    document.body.append(box);
    const focused = document.activeElement;
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}
