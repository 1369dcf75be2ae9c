/** Who acts, for the history. */
import { userInfo } from 'node:os';

/** The operating system's user; its number where it has no name, as in some containers. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
