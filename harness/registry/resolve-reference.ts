/** From `registry:name@version` or `@alias` to files, which are checked before they are handed out. */
import type { ModelRelease } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { historyOf, type Override } from './aliases.ts';
import { registryFolders, requireName } from './layout.ts';
import { verifiedPath } from './model-object.ts';
import { findVersion, neededVersion } from './versions.ts';

export interface RegistryModel {
  /** Folder or .gguf file that the engine opens. */
  readonly path: string;
  readonly name: string;
  /** As evaluated; null for a version that no alias was followed to. */
  readonly dtype: string | null;
  readonly release: ModelRelease;
}

/** Whether the alias points anywhere. */
export async function hasAlias(home: string, alias: string): Promise<boolean> {
  requireName('alias', alias);
  return (await historyOf(alias, registryFolders(home))).length > 0;
}

type RegistryReference =
  | { readonly alias: string }
  | { readonly alias?: never; readonly name: string; readonly version: number };

/** @throws HarnessError E_MODEL_REFERENCE */
export function parseRegistryReference(reference: string): RegistryReference {
  const [, alias] = /^@([\w-][\w.-]*)$/.exec(reference) ?? [];
  if (alias !== undefined) return { alias };
  const [, name, digits] = /^registry:([\w-][\w.-]*)@(\d+)$/.exec(reference) ?? [];
  if (name !== undefined && digits !== undefined) return { name, version: Number(digits) };
  throw new HarnessError('E_MODEL_REFERENCE', `${reference} is neither registry:name@version nor @alias.`);
}

/** @throws HarnessError E_MODEL_REFERENCE, E_REGISTRY_NOT_FOUND, E_REGISTRY for a damaged version */
export async function resolveRegistryReference(reference: string, home: string): Promise<RegistryModel> {
  const folders = registryFolders(home);
  const asked = parseRegistryReference(reference);
  if (asked.alias === undefined) {
    const { name, version, object } = await findVersion(asked.name, asked.version, folders);
    const path = await verifiedPath(object, folders);
    return { path, name, dtype: null, release: { name, version, alias: null, move: null, override: null } };
  }
  const { alias } = asked;
  const move = (await historyOf(alias, folders)).at(-1);
  if (!move) throw new HarnessError('E_REGISTRY_NOT_FOUND', `The registry has no alias @${alias}.`);
  const { name, version, object, dtype, sequence } = move;
  const recorded = await neededVersion(name, version, folders);
  if (recorded.object !== object) {
    throw new HarnessError(
      'E_REGISTRY',
      `${name}@${version} was exchanged: @${alias} was given ${object}, the record says ${recorded.object}.`,
    );
  }
  const override = move.override === undefined ? null : overrideInWords(move.override);
  const path = await verifiedPath(object, folders);
  return { path, name, dtype, release: { name, version, alias, move: sequence, override } };
}

/** Where the alias points now, without a look at the files.
 *  @throws HarnessError E_REGISTRY_NOT_FOUND, E_REGISTRY */
export async function currentMove(alias: string, home: string): Promise<number> {
  const history = await historyOf(alias, registryFolders(home));
  if (history.length > 0) return history.length;
  throw new HarnessError('E_REGISTRY_NOT_FOUND', `The registry has no alias @${alias}.`);
}

export function overrideInWords({ by, reason, against }: Override): string {
  return `${by} overrode ${against.length === 1 ? 'a rule' : `${against.length} rules`}: ${reason} (${against.join('; ')})`;
}
