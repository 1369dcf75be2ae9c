/** A command as it can be pasted into a POSIX shell; our own through npx, which finds it in a project. */
import { shellWord } from './app/shell-word.js';

export { shellWord };

export function shellCommand(words: readonly string[]): string {
  return [...(words[0] === 'harness' ? ['npx'] : []), ...words.map(shellWord)].join(' ');
}
