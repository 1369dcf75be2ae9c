/** Which environment variable overrides which key, and which look as if they were meant to. */
import type { GroupKey } from './config-keys.ts';
import { nearestName } from './nearest-name.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `training.learning_rate` is TRAINING_LEARNING_RATE. */
export function variableOf(path: readonly string[]): string {
  return path.join('_').toUpperCase();
}

/** Variables of all keys of the table. */
export function variablesOf(keys: GroupKey['keys'], path: readonly string[] = []): string[] {
  return Object.entries(keys).flatMap(([name, key]) =>
    key.kind === 'group' ? variablesOf(key.keys, [...path, name]) : [variableOf([...path, name])],
  );
}

/** A line for each variable that is no override but nearly spells one. Values are not shown. */
export function nearMisses(env: Environment, variables: readonly string[]): string[] {
  const known = new Set(variables);
  return Object.keys(env)
    .filter((name) => !known.has(name) && name.includes('_'))
    .flatMap((name) => {
      const meant = nearestName(name, variables);
      return meant === null ? [] : [`environment variable ${name} is ignored; did you mean ${meant}?`];
    });
}
