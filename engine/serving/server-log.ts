/** The server's log: JSON Lines that name the request, the route's pattern and the outcome, never a URL, a header or a
 *  body. Knows nothing of HTTP. */
import type { ServingConfig } from '../config/config-types.ts';

/** Takes one line of the log, JSON without a line break. */
export type ServerLog = (line: string) => void;

type Level = ServingConfig['log_level'];

const LEVELS: readonly Level[] = ['silent', 'error', 'info'];

export class ServerLogger {
  readonly #level: number;
  readonly #write: ServerLog;

  /** @param level the least important that is written */
  constructor(level: Level, write: ServerLog) {
    this.#level = LEVELS.indexOf(level);
    this.#write = write;
  }

  writes(level: Level): boolean {
    return LEVELS.indexOf(level) <= this.#level;
  }

  log(level: Exclude<Level, 'silent'>, fields: Readonly<Record<string, unknown>>): void {
    if (this.writes(level)) {
      this.#write(JSON.stringify({ level, time: new Date().toISOString(), ...fields }));
    }
  }
}
