/** Folders of ONNX models of a few hundred bytes, as exporters lay them out: a tokenizer of whole words, and a graph. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OnnxGraph } from '../../engine/onnx/graph.ts';

export interface TinyOnnxFolder {
  /** `[PAD]` and `[UNK]` come first; ids are places in the list. */
  readonly vocabulary: readonly string[];
  /** config.json */
  readonly config: object;
  readonly graph: OnnxGraph;
  /** Tokens; longer texts are cut. */
  readonly longest: number;
  readonly others?: Readonly<Record<string, string>>;
}

/** @returns the folder */
export async function writeTinyOnnxFolder(
  folder: string,
  { vocabulary, config, graph, longest, others = {} }: TinyOnnxFolder,
): Promise<string> {
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
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  };
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'config.json': JSON.stringify(config),
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify({
      tokenizer_class: 'PreTrainedTokenizerFast',
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      model_max_length: longest,
    }),
    'onnx/model.onnx': graph.encode(),
    ...others,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
