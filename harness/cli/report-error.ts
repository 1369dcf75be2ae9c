/** Prints an error as code, what, remedy; tells the exit code it calls for.
 *  Takes errors of engine and harness alike by their shape, so that printing one loads neither. */

import { withoutCommands } from '../../reports/annotations.ts';
import { visibleString } from '../../reports/app/visible-text.js';

interface CodedError extends Error {
  readonly code: string;
  readonly exit: number;
  readonly remedy: string;
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && 'remedy' in error && 'exit' in error;
}

/** Exit code for the error; 3 for one nobody foresaw, whose stack is shown. */
export function reportError(error: unknown): number {
  if (isCoded(error)) {
    tell(`${error.code}: ${error.message}\n${error.remedy}\n`);
    return error.exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(`E_UNEXPECTED: ${text}\n`);
  return 3;
}

/** A message may quote what a model said: none of it may move a terminal's cursor, or become a command in a GitHub job. */
function tell(text: string): void {
  const shown = visibleString(text);
  process.stderr.write(process.env['GITHUB_ACTIONS'] === 'true' ? withoutCommands(shown) : shown);
}
