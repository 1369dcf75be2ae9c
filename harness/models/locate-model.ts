/** Where the files of a model lie on this machine, fetched from the hub where need be. Knows which kinds of reference
 *  have files; opens none. */
import { join } from 'node:path';
import type { ModelRelease } from '../../engine/index.ts';
import { packageRoot } from '../tasks/package-root.ts';
import { fetchFromHuggingface } from './huggingface-cache.ts';
import type { ModelReference } from './model-reference.ts';

export interface LocatedModel {
  /** Folder or .gguf file; of a path as the user gave it, there may be nothing. */
  readonly path: string;
  /** Null: the path names it. */
  readonly name: string | null;
  /** The dtype it was evaluated in, where an alias pins one. */
  readonly dtype: string | null;
  /** Of a model out of the registry. */
  readonly release?: ModelRelease;
}

/** Null for a script or an endpoint: their weights are not here.
 *  @param home folder of the registry
 *  @throws HarnessError E_REGISTRY_NOT_FOUND, E_REGISTRY; E_HUB;
 *          EngineError E_MODEL_NOT_FOUND, E_CHECKPOINT_INVALID of what the hub sent */
export async function locateModel(reference: ModelReference, home: string): Promise<LocatedModel | null> {
  switch (reference.kind) {
    case 'bundled': {
      const { name } = reference;
      return { path: join(packageRoot, 'fixtures/models', name), name, dtype: null };
    }
    case 'path':
      return { path: reference.path, name: null, dtype: null };
    case 'huggingface':
      return { path: await fetchFromHuggingface(reference), name: reference.name, dtype: null };
    case 'registry': {
      const { resolveRegistryReference } = await import('../registry/resolve-reference.ts');
      return await resolveRegistryReference(reference.reference, home);
    }
    default:
      return null;
  }
}
