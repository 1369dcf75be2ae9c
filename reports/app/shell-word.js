// @ts-check
/** Quoting for a POSIX shell. Runs in the browser and in Node. */

/** One word of a POSIX shell command.
 *  @param {string} word */
export function shellWord(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
