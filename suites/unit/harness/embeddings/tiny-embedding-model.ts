/** A sentence-embedding folder of a few hundred bytes: every word has a vector of its own, that of "not" is zero. */
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';
import { writeTinyOnnxFolder } from '../../../helpers/tiny-onnx-folder.ts';

const VOCABULARY = ['[PAD]', '[UNK]', 'cat', 'dog', 'sat', 'not'];

const TABLE = [
  [0, 0, 0],
  [0.1, 0.1, 0.1],
  [1, 0, 0],
  [0, 2, 0],
  [0, 0, 1],
  [0, 0, 0],
];

export async function writeTinyEmbeddingModel(folder: string, pooling?: object): Promise<string> {
  const graph = new OnnxGraph();
  const ids = graph.input('input_ids', 'int64', ['batch', 'time']);
  graph.input('attention_mask', 'int64', ['batch', 'time']);
  const table = graph.float32(TABLE.flat(), [TABLE.length, 3]);
  graph.output(graph.apply('Gather', [table, ids], ['batch', 'time', 3], { name: 'last_hidden_state' })); // (batch, time, 3)
  return await writeTinyOnnxFolder(folder, {
    vocabulary: VOCABULARY,
    config: { model_type: 'bert' },
    graph,
    longest: 4,
    ...(pooling !== undefined && { others: { '1_Pooling/config.json': JSON.stringify(pooling) } }),
  });
}
