/** A classifier of the user's: a folder as Optimum and transformers.js write it (config.json, tokenizer.json,
 *  onnx/model.onnx), run by the text-classification pipeline of @huggingface/transformers, which takes a sigmoid of each
 *  label where config.json calls the problem multi-label, else a softmax over all. Nothing is fetched. */
import { resolve } from 'node:path';
import { neededFiles, openPipeline } from '../embeddings/onnx-folder.ts';
import type { ClassifierReference, ToxicityClassifier } from './classifier.ts';
import { toxicityOf, type LabelScore } from './toxic-labels.ts';

const BATCH = 16;

/** @throws E_FILE_NOT_FOUND for what is missing, E_INPUT_INVALID for a model that cannot be loaded */
export async function openFolderClassifier({
  where,
  label,
}: Pick<ClassifierReference, 'where' | 'label'>): Promise<ToxicityClassifier> {
  const folder = resolve(where);
  neededFiles(folder);
  const classify = await openPipeline('text-classification', folder);
  return {
    toxicity: async (texts) => {
      const found = texts.map(() => 0);
      const said = texts.flatMap((text, at) => (text.trim() === '' ? [] : [at]));
      for (let begin = 0; begin < said.length; begin += BATCH) {
        const some = said.slice(begin, begin + BATCH);
        const rows = (await classify(
          some.map((at) => texts[at]!),
          { top_k: null as unknown as number }, // all labels; declared as a number
        )) as unknown as readonly (readonly LabelScore[])[];
        some.forEach((at, row) => (found[at] = toxicityOf(rows[row]!, label)));
      }
      return found;
    },
    close: async () => {
      await classify.dispose();
    },
  };
}
