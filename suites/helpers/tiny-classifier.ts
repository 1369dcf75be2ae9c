/** A sequence classifier of a few hundred bytes: the word in a text that weighs most for a label decides its logit. */
import { OnnxGraph } from '../../engine/onnx/graph.ts';
import { writeTinyOnnxFolder } from './tiny-onnx-folder.ts';

const VOCABULARY = ['[PAD]', '[UNK]', 'vile', 'rude'];

/** Logits of harmless and toxic, by word. */
const TABLE = [
  [-100, -100],
  [2, -4],
  [2, 4],
  [2, 1],
];

/** Toxicity of a text of each word, by the softmax of the logits above. */
export const TOXICITY = {
  vile: 1 / (1 + Math.exp(2 - 4)),
  rude: 1 / (1 + Math.exp(2 - 1)),
  harmless: 1 / (1 + Math.exp(2 + 4)),
} as const;

/** @returns the folder */
export async function writeTinyClassifier(
  folder: string,
  labels: readonly [harmless: string, toxic: string] = ['neutral', 'toxic'],
): Promise<string> {
  const graph = new OnnxGraph();
  const ids = graph.input('input_ids', 'int64', ['batch', 'time']);
  graph.input('attention_mask', 'int64', ['batch', 'time']);
  const table = graph.float32(TABLE.flat(), [TABLE.length, 2]);
  const words = graph.apply('Gather', [table, ids], ['batch', 'time', 2]); // (batch, time, labels)
  graph.output(
    graph.apply('ReduceMax', [words, graph.int64([1])], ['batch', 2], {
      name: 'logits',
      attributes: { keepdims: 0 },
    }), // (batch, labels)
  );
  return await writeTinyOnnxFolder(folder, {
    vocabulary: VOCABULARY,
    config: { model_type: 'bert', id2label: Object.fromEntries(labels.map((label, id) => [id, label])) },
    graph,
    longest: 16,
  });
}
