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

test('scans the elements of the first axis one by one, with constants and nodes of the graph around', async () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', 'float32', ['n', 'm']);
  const factor = graph.apply('Neg', [graph.float32([2])], []);
  graph.apply('Exp', [x], ['n', 'm']);
  const [shares, sums] = await graph.scan([x], ([row]) => {
    const share = graph.apply('Softmax', [row!], ['m'], { attributes: { axis: 0 } });
    const sum = graph.apply('ReduceSum', [graph.apply('Mul', [row!, factor], ['m'])], [], {
      attributes: { keepdims: 0 },
    });
    return Promise.resolve([share, sum]);
  });
  graph.output(shares!);
  graph.output(sums!);
  const bytes = graph.encode();
  expect(new TextDecoder('latin1').decode(bytes)).not.toContain('Exp');
  const session = await ort.InferenceSession.create(bytes);
  const result = await session.run({ x: new ort.Tensor('float32', [1, 1, 2, 2, 3, 3], [3, 2]) });
  expect([...(result[shares!.name]!.data as Float32Array)]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  expect([...(result[sums!.name]!.data as Float32Array)]).toEqual([-4, -8, -12]);
  await session.release();
});
