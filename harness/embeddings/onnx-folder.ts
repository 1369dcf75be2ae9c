/** What every folder of a user's ONNX model holds, and how it is opened. Knows nothing of what the model gives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AllTasks } from '@huggingface/transformers';
import { HarnessError } from '../errors.ts';

const ONNX_FOLDER_REMEDY = 'Give a folder with config.json, tokenizer.json and onnx/model.onnx.';

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

/** The pipeline of a task on the folder's float32 weights, on the processor; nothing is fetched.
 *  @throws E_INPUT_INVALID for a model that cannot be loaded */
export async function openPipeline<T extends 'feature-extraction' | 'text-classification'>(
  task: T,
  folder: string,
): Promise<AllTasks[T]> {
  // Two hundred milliseconds and much memory: only where asked for.
  const { pipeline } = await import('@huggingface/transformers');
  const options = { local_files_only: true, device: 'cpu', dtype: 'fp32' } as const;
  try {
    return await pipeline(task, folder, options);
  } catch (cause) {
    throw new HarnessError('E_INPUT_INVALID', `${folder} cannot be loaded: ${String(cause)}`, {
      remedy: ONNX_FOLDER_REMEDY,
      cause,
    });
  }
}
