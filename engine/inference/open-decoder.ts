/** The decoder of a model, whatever its form: weights become a graph here, an exported graph is run as it is. */
import type { ModelDescription } from '../checkpoint/checkpoint.ts';
import { isOnnxFolder, readOnnxFolder } from '../checkpoint/onnx-folder.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import type { Precision } from '../nn/precision.ts';
import { Decoder } from './decoder.ts';
import { ExportedDecoder } from './exported-decoder.ts';
import { parameterCountOf, prepareGraph } from './graph-cache.ts';
import type { StepDecoder } from './step-decoder.ts';

export interface OpenedModel {
  readonly description: ModelDescription;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly parameterCount: number;
  readonly decoder: StepDecoder;
}

/** @throws EngineError as `readCheckpoint` and `readOnnxFolder` */
export async function openDecoder(
  path: string,
  precision: Precision,
  cacheFolder: string | null,
): Promise<OpenedModel> {
  if (isOnnxFolder(path)) {
    const model = await readOnnxFolder(path, precision);
    const { vocabSize, maxPositions, parameterCount } = model.graph;
    const decoder = await ExportedDecoder.open(model.graph);
    return { description: model, vocabSize, maxPositions, parameterCount, decoder };
  }
  const checkpoint = await readCheckpoint(path);
  try {
    const { vocabSize, maxPositions } = checkpoint.spec;
    const parameterCount = parameterCountOf(checkpoint);
    const graph = await prepareGraph(checkpoint, precision, cacheFolder);
    const decoder = await Decoder.open(checkpoint.spec, graph, parameterCount);
    return { description: checkpoint, vocabSize, maxPositions, parameterCount, decoder };
  } finally {
    await checkpoint.weights.close();
  }
}
