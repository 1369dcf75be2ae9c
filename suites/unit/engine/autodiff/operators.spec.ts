import { expect, test } from '@playwright/test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Operators } from '../../../../engine/autodiff/operators.ts';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';

test('the sum of the squares of four million elements is exact to six digits', async () => {
  const shape = [2048, 2048];
  const graph = new OnnxGraph();
  const o = new Operators(graph, 'float32');
  graph.input('a', 'float32', shape);
  const sum = o.sumOfSquares({ name: 'a', dtype: 'float32', shape });
  graph.output(sum);
  const values = Float32Array.from({ length: 2048 * 2048 }, (_, i) => ((i * 7919) % 9973) / 1e7);
  const exact = values.reduce((total, value) => total + value * value, 0);
  const session = await InferenceSession.create(graph.encode(), { intraOpNumThreads: 1 });
  const results = await session.run({ a: new Tensor('float32', values, shape) });
  const [found] = results[sum.name]!.data as Float32Array;
  await session.release();
  expect(Math.abs(found! / exact - 1)).toBeLessThan(1e-6);
});
