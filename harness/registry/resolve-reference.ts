/** From `registry:name@version` or `@alias` to files, which are checked before they are handed out. */
import { HarnessError } from '../errors.ts';
import { historyOf } from './aliases.ts';
import { registryFolders, requireName } from './layout.ts';
import { verifiedPath } from './model-object.ts';
import { findVersion } from './versions.ts';

export interface RegistryModel {
  /** Folder or .gguf file that the engine opens. */
  readonly path: string;
  readonly name: string;
  readonly version: number;
  /** As evaluated; null for a version that no alias was followed to. */
  readonly dtype: string | null;
}

/** Whether the alias points anywhere. */
export async function hasAlias(home: string, alias: string): Promise<boolean> {
  requireName('alias', alias);
  return (await historyOf(alias, registryFolders(home))).length > 0;
}

/** @throws HarnessError E_MODEL_REFERENCE, E_REGISTRY_NOT_FOUND, E_REGISTRY for a damaged version */
export async function resolveRegistryReference(reference: string, home: string): Promise<RegistryModel> {
  const folders = registryFolders(home);
  const [, alias] = /^@([\w-][\w.-]*)$/.exec(reference) ?? [];
  if (alias !== undefined) {
    const move = (await historyOf(alias, folders)).at(-1);
    if (!move) throw new HarnessError('E_REGISTRY_NOT_FOUND', `The registry has no alias @${alias}.`);
    const { name, version, object, dtype } = move;
    const recorded = await findVersion(name, version, folders);
    if (recorded.object !== object) {
      throw new HarnessError(
        'E_REGISTRY',
        `${name}@${version} was exchanged: @${alias} was given ${object}, the record says ${recorded.object}.`,
      );
    }
    return { path: await verifiedPath(object, folders), name, version, dtype };
  }
  const [, name, digits] = /^registry:([\w-][\w.-]*)@(\d+)$/.exec(reference) ?? [];
  if (name === undefined || digits === undefined) {
    throw new HarnessError('E_MODEL_REFERENCE', `${reference} is neither registry:name@version nor @alias.`);
  }
  const version = await findVersion(name, Number(digits), folders);
  return { path: await verifiedPath(version.object, folders), name, version: version.version, dtype: null };
}
