/** The golden model llama-plain as an exported ONNX folder: the graph that torch.onnx wrote, the recipe's weights. */
import { copyFile, mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnnxFile } from '../../engine/checkpoint/onnx-file.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { tinyModel, tinyWeights, writeTinyFiles } from './tiny-architectures.ts';

/** Name of a golden model, and of its graph beside the golden logits. */
export const exportedModel = 'llama-plain';

export async function writeExportedModel(folder: string): Promise<string> {
  const tiny = tinyModel(exportedModel);
  await writeTinyFiles(folder, tiny);
  await mkdir(join(folder, 'onnx'));
  const graph = join(folder, 'onnx/model.onnx');
  const data = join(folder, 'onnx/model.onnx_data');
  await copyFile(join(packageRoot, `fixtures/golden/engine/exported-${exportedModel}.onnx`), graph);
  // The reader refuses a file that is too short; where each weight lies is known from it alone.
  await writeFile(data, '');
  await truncate(data, 1 << 20);
  const weights = tinyWeights(tiny);
  const handle = await open(data, 'r+');
  let end = 0;
  for (const { name, external } of (await readOnnxFile(graph)).weights) {
    if (!external) continue;
    // The tied head is stored under its own name.
    const stored = name === 'm.lm_head.weight' ? 'model.embed_tokens.weight' : name.replace(/^m\./, '');
    await handle.write(weights.get(stored)!.data, 0, null, external.offset);
    end = Math.max(end, external.offset + external.byteLength);
  }
  await handle.truncate(end);
  await handle.close();
  return folder;
}
