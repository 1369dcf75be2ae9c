/** The values of a section of which nothing is given. */
import { configTable } from './config-table.ts';
import type { Config } from './config-types.ts';

/** Sections in which no key must be given. */
type FreeSection = 'training' | 'data' | 'serving';

export function sectionDefaults<Name extends FreeSection>(name: Name): Config[Name] {
  const entries = Object.entries(configTable.keys[name].keys).map(([key, row]) => [key, row.default]);
  // The type of a section is derived from this very table.
  return structuredClone(Object.fromEntries(entries)) as Config[Name];
}
