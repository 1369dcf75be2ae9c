/** The decoder of a model, whatever its form: weights become a graph here, an exported graph is run as it is. */
import type { ModelDescription } from '../checkpoint/checkpoint.ts';
import { isOnnxFolder, readOnnxFolder } from '../checkpoint/onnx-folder.ts';
import { readLoraAdapter } from '../checkpoint/lora-adapter.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { EngineError } from '../errors.ts';
import { adapterInputs } from '../nn/lora.ts';
import { modelParameters, parametersOf } from '../nn/decoder-parameters.ts';
import { weightBytesOf, type Precision } from '../nn/precision.ts';
import { withChosenAdapter, type AdapterChoice } from './adapters.ts';
import { Decoder } from './decoder.ts';
import { DeviceDecoder } from './device-decoder.ts';
import { devices, type Device } from '../device/devices.ts';
import { ExportedDecoder } from './exported-decoder.ts';
import { parameterCountOf, prepareGraph } from './graph-cache.ts';
import type { StepDecoder } from './step-decoder.ts';

export interface OpenedModel {
  readonly description: ModelDescription;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly parameterCount: number;
  /** In memory; null where the graph came with them. */
  readonly weightBytes: number | null;
  readonly decoder: StepDecoder;
  /** Another adapter while the model stays loaded, or none for null; returns its digest. Null where the model was not
   *  loaded for it. */
  readonly useAdapter: ((path: string | null) => Promise<string | null>) | null;
}

/** @throws EngineError as `readCheckpoint` and `readOnnxFolder` */
export async function openDecoder(
  path: string,
  precision: Precision,
  cacheFolder: string | null,
  adapter: AdapterChoice | null = null,
  device: Device = 'cpu',
): Promise<OpenedModel> {
  if (isOnnxFolder(path)) {
    if (adapter) {
      throw new EngineError('E_MODEL_UNSUPPORTED', `${path} is an exported graph, which takes no adapter`);
    }
    const model = await readOnnxFolder(path, precision);
    const { vocabSize, maxPositions, parameterCount } = model.graph;
    const decoder = await ExportedDecoder.open(model.graph, device);
    return {
      description: model,
      vocabSize,
      maxPositions,
      parameterCount,
      weightBytes: null,
      decoder,
      useAdapter: null,
    };
  }
  const stored = await readCheckpoint(path);
  try {
    const checkpoint = await withChosenAdapter(stored, adapter);
    const { spec } = checkpoint;
    const { embedding, head } = modelParameters(spec);
    const parameterCount = parameterCountOf(checkpoint);
    const switches = adapter !== null && !adapter.merged;
    const { form } = devices[device];
    const graph = await prepareGraph(checkpoint, precision, cacheFolder, undefined, switches, form);
    const decoder =
      form === 'inPlace'
        ? await Decoder.open(spec, graph, parameterCount)
        : await DeviceDecoder.open(spec, graph, parameterCount, device, switches);
    const useAdapter = async (adapterPath: string | null) => {
      const read = adapterPath === null ? null : await readLoraAdapter(adapterPath, spec);
      decoder.useAdapter(adapterInputs(spec, read?.pairs ?? new Map()));
      return read?.digest ?? null;
    };
    const digest = switches ? await useAdapter(adapter.path) : null;
    return {
      description: digest === null ? checkpoint : withAdapterDigest(checkpoint, digest),
      vocabSize: spec.vocabSize,
      maxPositions: spec.maxPositions,
      parameterCount,
      weightBytes: weightBytesOf(parametersOf(spec), new Set([embedding, head]), precision),
      decoder,
      useAdapter: switches ? useAdapter : null,
    };
  } finally {
    await stored.weights.close();
  }
}

function withAdapterDigest(description: ModelDescription, adapter: string): ModelDescription {
  return { ...description, digests: { ...description.digests, adapter } };
}
