/** A command as it can be pasted into a POSIX shell; our own through npx, which finds it in a project. */
export function shellCommand(words: readonly string[]): string {
  return [...(words[0] === 'harness' ? ['npx'] : []), ...words.map(shellWord)].join(' ');
}

/** One word of a POSIX shell command. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
