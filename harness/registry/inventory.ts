/** What the registry holds, and whether all of it is as it was. */
import { HarnessError } from '../errors.ts';
import { aliasNames, historyOf, type AliasMove } from './aliases.ts';
import { faultOfEvidence, readEvidence, type Evidence } from './evidence.ts';
import { registryFolders, requireName, type RegistryFolders } from './layout.ts';
import { faultOfObject, readManifest } from './model-object.ts';
import { parseRegistryReference } from './resolve-reference.ts';
import { findVersion, modelNames, neededVersion, versionsOf, type ModelVersion } from './versions.ts';

export interface Inventory {
  readonly versions: readonly ModelVersion[];
  /** Where each alias points is the last of its moves. */
  readonly aliases: readonly { readonly alias: string; readonly history: readonly AliasMove[] }[];
}

/** @throws HarnessError E_REGISTRY for a damaged record */
export async function listModels(home: string): Promise<Inventory> {
  const folders = registryFolders(home);
  // Aliases first: the version of each move is there before the move.
  const aliases = await histories(folders);
  const versions = await Promise.all((await modelNames(folders)).map((name) => versionsOf(name, folders)));
  return { versions: versions.flat(), aliases };
}

async function histories(folders: RegistryFolders): Promise<Inventory['aliases']> {
  return Promise.all(
    (await aliasNames(folders)).map(async (alias) => ({ alias, history: await historyOf(alias, folders) })),
  );
}

/** Moves of an alias, oldest first.
 *  @throws HarnessError E_USAGE, E_REGISTRY_NOT_FOUND, E_REGISTRY */
export async function historyOfAlias(alias: string, home: string): Promise<AliasMove[]> {
  requireName('alias', alias);
  const history = await historyOf(alias, registryFolders(home));
  if (history.length > 0) return history;
  throw new HarnessError('E_REGISTRY_NOT_FOUND', `The registry has no alias @${alias}.`);
}

export interface VersionDetails {
  readonly version: ModelVersion;
  readonly files: Awaited<ReturnType<typeof readManifest>>['files'];
  /** All moves of all aliases to this version, oldest first. */
  readonly moves: readonly AliasMove[];
  /** Of its last promotion; null where it was never promoted. */
  readonly evidence: Evidence | null;
  /** Aliases that point at it. */
  readonly aliases: readonly string[];
}

/** All that is known of `name@N`, `registry:name@N` or what `@alias` points at.
 *  @throws HarnessError E_MODEL_REFERENCE, E_REGISTRY_NOT_FOUND, E_REGISTRY */
export async function showVersion(reference: string, home: string): Promise<VersionDetails> {
  const folders = registryFolders(home);
  const aliases = await histories(folders);
  const version = await versionNamed(reference, home, folders);
  const isOurs = (move: AliasMove): boolean => move.name === version.name && move.version === version.version;
  const moves = aliases
    .flatMap(({ history }) => history.filter(isOurs))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const promotion = moves.findLast(({ kind }) => kind === 'promote');
  return {
    version,
    files: (await readManifest(version.object, folders)).files,
    moves,
    evidence: promotion ? await readEvidence(promotion.evidence, folders) : null,
    aliases: aliases.filter(({ history }) => isOurs(history.at(-1)!)).map(({ alias }) => alias),
  };
}

async function versionNamed(
  reference: string,
  home: string,
  folders: RegistryFolders,
): Promise<ModelVersion> {
  const isBare = !reference.startsWith('@') && !reference.startsWith('registry:');
  const asked = parseRegistryReference(isBare ? `registry:${reference}` : reference);
  if (asked.alias === undefined) return findVersion(asked.name, asked.version, folders);
  const { name, version } = (await historyOfAlias(asked.alias, home)).at(-1)!;
  return neededVersion(name, version, folders);
}

export interface Verification {
  readonly versions: number;
  readonly moves: number;
  /** In words; empty when every byte is as it was. */
  readonly faults: readonly string[];
  /** Promotions against the rules, which no later move takes off the record. */
  readonly overrides: readonly AliasMove[];
}

/** Reads every model and all evidence again and compares with the digests. */
export async function verifyRegistry(home: string): Promise<Verification> {
  const folders = registryFolders(home);
  const faults: string[] = [];
  const attempt = async <T>(read: () => Promise<T[]>): Promise<T[]> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      faults.push(error.message);
      return [];
    }
  };
  // Aliases first: the version of each move is there before the move.
  const moves: AliasMove[] = [];
  for (const alias of await aliasNames(folders)) {
    moves.push(...(await attempt(() => historyOf(alias, folders))));
  }
  for (const { alias, sequence, name, version, object } of moves) {
    const record = await neededVersion(name, version, folders).catch(() => null);
    if (record?.object !== object) {
      faults.push(
        `Move ${sequence} of @${alias} points at ${name}@${version}, which is not what it was given.`,
      );
    }
  }
  const versions: ModelVersion[] = [];
  for (const name of await modelNames(folders)) {
    versions.push(...(await attempt(() => versionsOf(name, folders))));
  }
  for (const object of new Set([...versions, ...moves].map((each) => each.object))) {
    const fault = await faultOfObject(object, folders);
    if (fault !== null) faults.push(fault);
  }
  const checked = new Set<string>();
  for (const move of moves) {
    if (move.kind !== 'promote' && checked.has(move.evidence)) continue;
    checked.add(move.evidence);
    const fault = await faultOfEvidence(move, folders);
    if (fault !== null) faults.push(fault);
  }
  const overrides = moves.filter(({ kind, override }) => kind === 'promote' && override !== undefined);
  return { versions: versions.length, moves: moves.length, faults, overrides };
}
