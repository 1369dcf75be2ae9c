/** The faults of a configuration, all at once. */
import { EngineError } from '../errors.ts';

export interface ConfigFault {
  /** Dotted path of the key, or the name of the environment variable. */
  readonly path: string;
  /** Line in the file, from 1; null for a variable and for what is missing altogether. */
  readonly line: number | null;
  readonly message: string;
}

/** E_CONFIG_INVALID with every fault, in the order of the file. */
export class ConfigFaultsError extends EngineError {
  readonly faults: readonly ConfigFault[];

  constructor(file: string, faults: readonly ConfigFault[]) {
    const lines = faults.map(({ line, message }) => `  ${line === null ? '' : `line ${line}: `}${message}`);
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super('E_CONFIG_INVALID', `${file} has ${count}:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/** A value as a message shows it: short, on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
