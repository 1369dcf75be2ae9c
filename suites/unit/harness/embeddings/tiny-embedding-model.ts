/** A sentence-embedding folder of a few hundred bytes: every word has a vector of its own, that of "not" is zero. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';

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
  const tokenizer = {
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      unk_token: '[UNK]',
      vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
    },
  };
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'config.json': JSON.stringify({ model_type: 'bert' }),
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify({
      tokenizer_class: 'PreTrainedTokenizerFast',
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      model_max_length: 4,
    }),
    'onnx/model.onnx': graph.encode(),
    ...(pooling === undefined ? {} : { '1_Pooling/config.json': JSON.stringify(pooling) }),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
