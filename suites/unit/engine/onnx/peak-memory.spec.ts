import { expect, test } from '@playwright/test';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';
import { peakBytes } from '../../../../engine/onnx/peak-memory.ts';

const KIB = [16, 16]; // float32: 1,024 bytes

test('counts what is alive at the same time, inputs and outputs left out', () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', 'float32', KIB);
  // A chain: each result dies as the next is there.
  const chain = ['Neg', 'Exp', 'Neg', 'Exp'].reduce((value, op) => graph.apply(op, [value], KIB), x);
  graph.output(graph.apply('Neg', [chain], KIB));
  expect(peakBytes(graph)).toBe(2 * 1024);
});

test('keeps what a later node reads, merges equal expressions, and sees through views', () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', 'float32', KIB);
  const held = graph.apply('Exp', [x], KIB);
  const again = graph.apply('Exp', [x], KIB);
  const flat = graph.apply('Reshape', [again, graph.int64([256])], [256]);
  const square = graph.apply('Mul', [flat, flat], [256]);
  const unused = graph.apply('Neg', [x], [1 << 20]);
  const back = graph.apply('Reshape', [square, graph.int64(KIB)], KIB);
  graph.output(graph.apply('Add', [graph.apply('Neg', [back], KIB), held], KIB));
  expect(unused.shape).toEqual([1 << 20]);
  expect(peakBytes(graph)).toBe(3 * 1024); // Exp, Mul, Neg
});
