/** Which model a run is compared with. */

/** The one asked for; else `@production` where the registry has it; else null, and comparisons do not apply. */
export async function chooseBaseline(asked: string | null, home: string): Promise<string | null> {
  if (asked !== null) return asked;
  const { hasAlias } = await import('../registry/index.ts');
  return (await hasAlias(home, 'production')) ? '@production' : null;
}
