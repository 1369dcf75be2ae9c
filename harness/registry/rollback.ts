/** Rollback: the alias returns to the version that stood before. */
import { HarnessError } from '../errors.ts';
import { appendMove, historyOf, standing, type AliasMove } from './aliases.ts';
import { createFolders, registryFolders, requireName } from './layout.ts';
import { verifiedPath } from './model-object.ts';
import { operator } from './operator.ts';
import { neededVersion } from './versions.ts';

export interface RollbackOptions {
  /** Without the @. */
  readonly alias: string;
  readonly home: string;
  readonly reason?: string;
  /** Told of each step as it is done. */
  readonly onStep?: (step: RollbackStep) => void | Promise<void>;
}

/** In this order; a rollback that ends after any of them leaves the registry whole. */
export const rollbackSteps = ['checked', 'moved'] as const;
export type RollbackStep = (typeof rollbackSteps)[number];

export interface Rollback {
  readonly from: AliasMove;
  readonly to: AliasMove;
}

/** @throws HarnessError E_REGISTRY_NOT_FOUND where there is nothing to return to, E_REGISTRY where that version is
 *  damaged or somebody else moved the alias at the same time: two operators who roll back at once go one step, not
 *  two */
export async function rollback({ alias, home, reason, onStep }: RollbackOptions): Promise<Rollback> {
  requireName('alias', alias);
  const folders = registryFolders(home);
  const history = await historyOf(alias, folders);
  const [previous, from] = standing(history).slice(-2);
  if (!previous || !from) {
    const why = previous
      ? `it has only ever been ${previous.name}@${previous.version}`
      : 'there is no such alias';
    throw new HarnessError('E_REGISTRY_NOT_FOUND', `@${alias} cannot go back: ${why}.`);
  }
  const { name, version, object, dtype, evidence, override } = previous;
  await neededVersion(name, version, folders);
  await verifiedPath(object, folders);
  await createFolders(folders);
  await onStep?.('checked');
  const to = await appendMove(
    alias,
    history,
    {
      kind: 'rollback',
      name,
      version,
      object,
      dtype,
      evidence,
      at: new Date().toISOString(),
      by: operator(),
      reason: reason ?? null,
      ...(override !== undefined && { override }),
    },
    folders,
  );
  if (to === null) {
    throw new HarnessError('E_REGISTRY', `@${alias} was moved by somebody else at the same time.`, {
      remedy: 'Look with harness models where it points now, then repeat if that is still what you want.',
    });
  }
  await onStep?.('moved');
  return { from, to };
}
