/** What every folder of a user's ONNX model holds. Knows names of files; knows nothing of what the model gives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';

export const ONNX_FOLDER_REMEDY = 'Give a folder with config.json, tokenizer.json and onnx/model.onnx.';

/** The two descriptions that it cannot do without.
 *  @throws E_FILE_NOT_FOUND naming all that is missing, the weights among it */
export function neededFiles(folder: string): readonly string[] {
  const descriptions = ['config.json', 'tokenizer.json'];
  const missing = [...descriptions, join('onnx', 'model.onnx')].filter(
    (name) => !existsSync(join(folder, name)),
  );
  if (missing.length === 0) return descriptions;
  throw new HarnessError('E_FILE_NOT_FOUND', `${folder} has no ${missing.join(', no ')}.`, {
    remedy: ONNX_FOLDER_REMEDY,
  });
}
