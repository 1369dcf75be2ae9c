/** What the registry holds, and whether all of it is as it was. */
import { HarnessError } from '../errors.ts';
import { aliasNames, historyOf, type AliasMove } from './aliases.ts';
import { faultOfEvidence } from './evidence.ts';
import { registryFolders } from './layout.ts';
import { faultOfObject } from './model-object.ts';
import { modelNames, versionsOf, type ModelVersion } from './versions.ts';

export interface Inventory {
  readonly versions: readonly ModelVersion[];
  /** Where each alias points is the last of its moves. */
  readonly aliases: readonly { readonly alias: string; readonly history: readonly AliasMove[] }[];
}

/** @throws HarnessError E_REGISTRY for a damaged record */
export async function listModels(home: string): Promise<Inventory> {
  const folders = registryFolders(home);
  const versions = await Promise.all((await modelNames(folders)).map((name) => versionsOf(name, folders)));
  const aliases = await Promise.all(
    (await aliasNames(folders)).map(async (alias) => ({ alias, history: await historyOf(alias, folders) })),
  );
  return { versions: versions.flat(), aliases };
}

export interface Verification {
  readonly versions: number;
  readonly moves: number;
  /** In words; empty when every byte is as it was. */
  readonly faults: readonly string[];
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
  const versions: ModelVersion[] = [];
  for (const name of await modelNames(folders)) {
    versions.push(...(await attempt(() => versionsOf(name, folders))));
  }
  const moves: AliasMove[] = [];
  for (const alias of await aliasNames(folders)) {
    moves.push(...(await attempt(() => historyOf(alias, folders))));
  }
  for (const { alias, sequence, name, version, object } of moves) {
    const record = versions.find((each) => each.name === name && each.version === version);
    if (record?.object !== object) {
      faults.push(
        `Move ${sequence} of @${alias} points at ${name}@${version}, which is not what it was given.`,
      );
    }
  }
  for (const object of new Set([...versions, ...moves].map((each) => each.object))) {
    const fault = await faultOfObject(object, folders);
    if (fault !== null) faults.push(fault);
  }
  for (const evidence of new Set(moves.map((move) => move.evidence))) {
    const fault = await faultOfEvidence(evidence, folders);
    if (fault !== null) faults.push(fault);
  }
  return { versions: versions.length, moves: moves.length, faults };
}
