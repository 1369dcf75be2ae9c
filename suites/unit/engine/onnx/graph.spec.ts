import { expect, test } from '@playwright/test';
import * as ort from 'onnxruntime-node';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';

test('runs one of two computations, picked at each run, and keeps what either needs', async () => {
  const graph = new OnnxGraph();
  const pick = graph.input('pick', 'bool', []);
  const x = graph.input('x', 'float32', ['n']);
  const doubled = graph.apply('Add', [x, x], ['n']);
  const unused = graph.apply('Neg', [x], ['n']);
  const [y] = graph.either(
    pick,
    () => [graph.apply('Add', [doubled, graph.float32([1])], ['n'])],
    () => [graph.apply('Mul', [graph.apply('Neg', [x], ['n']), graph.float32([10])], ['n'])],
  );
  graph.output(y!);
  const bytes = graph.encode();
  expect(new TextDecoder('latin1').decode(bytes)).not.toContain(unused.name);
  const session = await ort.InferenceSession.create(bytes);
  for (const [value, expected] of [
    [true, [3, 5]],
    [false, [-10, -20]],
  ] as const) {
    const result = await session.run({
      pick: new ort.Tensor('bool', [value], []),
      x: new ort.Tensor('float32', [1, 2], [2]),
    });
    expect([...(result[y!.name]!.data as Float32Array)]).toEqual(expected);
  }
  await session.release();
});
