/** ONNX Runtime sessions with the options that every graph here is run with. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Device } from '../device/devices.ts';

/** Below this, a second thread costs more than it brings. */
const PARAMETERS_WORTH_THREADS = 20e6;

export interface SessionPlace {
  readonly device: Device;
  /** Outputs that stay on the device. */
  readonly kept: readonly string[];
  /** Whether ONNX Runtime holds on to what a step has freed. Default: yes. */
  readonly hasArena?: boolean;
}

/** @param model the graph's bytes, or the path of its file where weights lie beside it
 *  @param place default the processor */
export function openSession(
  model: Uint8Array | string,
  parameterCount: number,
  { device, kept, hasArena = true }: SessionPlace = { device: 'cpu', kept: [] },
): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: parameterCount < PARAMETERS_WORTH_THREADS ? 1 : availableParallelism(),
    interOpNumThreads: 1,
    enableCpuMemArena: hasArena,
    // Warnings of the optimiser are not for users.
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(isKeepingOutputs[device] && {
      preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const])),
    }),
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}

/** Whether the runtime's Node.js binding leaves outputs on the device: of CUDA's it copies every one. */
const isKeepingOutputs: Readonly<Record<Device, boolean>> = { cpu: false, webgpu: true, cuda: false };
