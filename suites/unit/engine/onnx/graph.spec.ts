import { expect, test } from '@playwright/test';
import * as ort from 'onnxruntime-node';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';

test('leaves out what no output needs, and stores equal constants once', async () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', 'float32', ['n']);
  const unused = graph.apply('Neg', [x], ['n']);
  const y = graph.apply(
    'Add',
    [graph.apply('Mul', [x, graph.float32([3])], ['n']), graph.float32([3])],
    ['n'],
  );
  graph.output(y);
  const bytes = graph.encode();
  const text = new TextDecoder('latin1').decode(bytes);
  expect(text).not.toContain(unused.name);
  expect(new Set(text.match(/const_\d+/g)).size).toBe(1);
  const session = await ort.InferenceSession.create(bytes);
  const result = await session.run({ x: new ort.Tensor('float32', [1, 2], [2]) });
  expect([...(result[y.name]!.data as Float32Array)]).toEqual([6, 9]);
  await session.release();
});
