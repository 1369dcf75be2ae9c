/** Runs of a session whose outputs are all given beforehand.
 *
 *  onnxruntime-node 1.30 writes into the tensors that it is given for outputs, then copies every one of them into a
 *  buffer of its own to return it: of a cache, more than a step computes. It reads outputs in their order and stops at
 *  the first that is no tensor, when all have been computed. So the first output of such a graph is a sequence. A
 *  version that read it would return copies that nobody looks at: slower, and as right. */
import type * as ort from 'onnxruntime-node';
import { UNREAD_OUTPUT } from '../nn/whole-attention.ts';

/** What the runtime says of the sequence. */
const NO_TENSOR = /^Non tensor type/;

/** @param outputs every output but the sequence; filled when the run has ended */
export async function runInPlace(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, ort.Tensor>>,
  outputs: Readonly<Record<string, ort.Tensor>>,
): Promise<void> {
  try {
    await session.run(feeds, { [UNREAD_OUTPUT]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error && NO_TENSOR.test(error.message))) throw error;
  }
}
