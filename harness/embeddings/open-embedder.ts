/** Opens the embedder that is asked for. */
import type { Embedder } from './embedder.ts';

/** @param folder of a model of the user's; absent: the packaged English one
 *  @throws E_FILE_NOT_FOUND, E_INPUT_INVALID as `openFolderEmbedder` */
export async function openEmbedder(folder?: string): Promise<Embedder> {
  if (folder === undefined) {
    const { openPackagedEmbedder } = await import('./packaged-embedder.ts');
    return await openPackagedEmbedder();
  }
  const { openFolderEmbedder } = await import('./folder-embedder.ts');
  return await openFolderEmbedder(folder);
}
