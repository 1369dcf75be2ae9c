/** Import without promotion: a model becomes `name@N`, to be evaluated as `registry:name@N` and promoted later. */
import { readModelDigests } from '../../engine/index.ts';
import { createFolders, registryFolders, removeAbandoned, requireName } from './layout.ts';
import { readLineage, type LineageGiven } from './lineage.ts';
import { importModel } from './model-object.ts';
import { operator } from './operator.ts';
import { addVersion, type ModelVersion } from './versions.ts';

export interface RegisterOptions {
  /** Folder or .gguf file. */
  readonly model: string;
  readonly name: string;
  readonly home: string;
  readonly lineage?: LineageGiven;
}

/** The version; the one that holds the same files under this name, where there is one.
 *  @throws HarnessError E_USAGE, E_FILE_NOT_FOUND; EngineError E_MODEL_NOT_FOUND */
export async function registerModel({ model, name, home, lineage }: RegisterOptions): Promise<ModelVersion> {
  requireName('name', name);
  const digests = await readModelDigests(model);
  const origin = await readLineage(model, lineage);
  const folders = registryFolders(home);
  await createFolders(folders);
  await removeAbandoned(folders);
  const object = await importModel(model, digests, folders, () => undefined);
  try {
    return await addVersion(
      name,
      object.digest,
      { digests, lineage: origin, importedBy: operator() },
      folders,
    );
  } finally {
    await object.letGo();
  }
}
