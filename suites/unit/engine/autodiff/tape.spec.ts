import { expect, test } from '@playwright/test';
import { Tape } from '../../../../engine/autodiff/tape.ts';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';
import { compareWithDifferences, randomValues, weightedSum } from './finite-differences.ts';

const matrix = (rows: number, columns: number, seed: number) => ({
  shape: [rows, columns],
  values: randomValues([rows, columns], seed),
});

test('adds the gradients of a parameter that is used in several places', async () => {
  const { worst } = await compareWithDifferences({
    parameters: { x: matrix(3, 3, 1) },
    loss: (tape, { x }) => {
      const product = tape.apply('matMul', [x!, x!], {});
      const gathered = tape.apply('gather', [x!], { indices: tape.o.indices([2, 0, 2]) });
      const sum = tape.apply('add', [tape.apply('tanh', [product], {}), gathered], {});
      return weightedSum(tape, tape.apply('mul', [sum, x!], {}));
    },
  });
  expect(worst).toBeLessThan(1e-8);
});

test('follows a table that is both embedding and output head', async () => {
  const { worst } = await compareWithDifferences({
    parameters: { table: matrix(5, 4, 2) },
    loss: (tape, { table }) => {
      const hidden = tape.apply('gather', [table!], { indices: tape.o.indices([4, 1, 4]) });
      const logs = tape.apply('targetLogProbabilities', [tape.apply('tanh', [hidden], {}), table!], {
        targets: tape.o.indices([0, 3, 3]),
      });
      return weightedSum(tape, logs);
    },
  });
  expect(worst).toBeLessThan(1e-8);
});

test('refuses a loss that is no scalar', () => {
  const tape = new Tape(new OnnxGraph(), 'float64');
  const x = tape.parameter('x', [2]);
  expect(() => tape.gradients(tape.apply('neg', [x], {}), [x])).toThrow(
    'gradients of (2); expected a scalar',
  );
});

test('names a parameter that the loss does not depend on', () => {
  const tape = new Tape(new OnnxGraph(), 'float64');
  const x = tape.parameter('x', [2]);
  const y = tape.parameter('unused', [2]);
  expect(() => tape.gradients(weightedSum(tape, x), [x, y])).toThrow('does not depend on "unused"');
});

test('names both shapes of a product that does not fit', () => {
  const tape = new Tape(new OnnxGraph(), 'float64');
  const a = tape.parameter('a', [2, 3]);
  const b = tape.parameter('b', [2, 3]);
  expect(() => tape.apply('matMul', [a, b], {})).toThrow('matMul "a", "b": (2, 3) × (2, 3)');
});
