/** Which model a run is compared with. */
import { hasAlias } from '../registry/index.ts';

/** The one asked for; else `@production` where the registry has it; else null, and comparisons do not apply. */
export async function chooseBaseline(asked: string | null, home: string): Promise<string | null> {
  if (asked !== null) return asked;
  return (await hasAlias(home, 'production')) ? '@production' : null;
}
