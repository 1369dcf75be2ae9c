import { expect, test } from '@playwright/test';
import * as ort from 'onnxruntime-node';
import { runInPlace } from '../../../../engine/inference/in-place-run.ts';
import { UNREAD_OUTPUT } from '../../../../engine/nn/whole-attention.ts';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';

/** y = x + step, after an output that is a sequence. */
async function adding(): Promise<ort.InferenceSession> {
  const graph = new OnnxGraph();
  graph.sequenceOutput(UNREAD_OUTPUT, graph.int64([0]));
  const [x, step] = [graph.input('x', 'float32', ['n']), graph.input('step', 'float32', ['n'])];
  graph.output(graph.apply('Add', [x, step], ['n'], { name: 'y' }));
  return ort.InferenceSession.create(graph.encode(), { logSeverityLevel: 4 });
}

const vector = (...values: number[]) => new ort.Tensor('float32', Float32Array.from(values), [values.length]);

test('writes results where they are wanted, over an input too, and has none copied', async () => {
  const session = await adding();
  const state = vector(1, 2);
  for (let run = 0; run < 3; run++) {
    await runInPlace(session, { x: state, step: vector(10, 20) }, { y: state });
  }
  expect([...state.data]).toEqual([31, 62]);
  // Where the runtime begins to read sequences, results are right but copied: in-place-run.ts is then to go.
  const read = session.run({ x: state, step: state }, { [UNREAD_OUTPUT]: null, y: state });
  await expect(read).rejects.toThrow(/^Non tensor type/);
  await session.release();
});

test('reports what went wrong in the run itself', async () => {
  const session = await adding();
  const y = vector(0, 0);
  await expect(runInPlace(session, { x: vector(1, 2), step: vector(1, 2, 3) }, { y })).rejects.toThrow(
    /broadcast|axis/i,
  );
  await expect(runInPlace(session, { x: vector(1, 2) }, { y })).rejects.toThrow("'step' is missing");
  await session.release();
});
