/** ONNX Runtime sessions with the options that every graph here is run with. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';

/** Below this, a second thread costs more than it brings. */
const PARAMETERS_WORTH_THREADS = 20e6;

/** @param model the graph's bytes, or the path of its file where weights lie beside it */
export function openSession(
  model: Uint8Array | string,
  parameterCount: number,
): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: parameterCount < PARAMETERS_WORTH_THREADS ? 1 : availableParallelism(),
    interOpNumThreads: 1,
    // Warnings of the optimiser are not for users.
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}
