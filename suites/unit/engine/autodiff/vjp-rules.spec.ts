import { expect, test } from '@playwright/test';
import type { Tensor } from '../../../../engine/autodiff/operators.ts';
import type { Tape, VjpRules } from '../../../../engine/autodiff/tape.ts';
import { vjpRules, type DifferentiableOp } from '../../../../engine/autodiff/vjp-rules.ts';
import {
  compareWithDifferences,
  evaluate,
  randomValues,
  weightedSum,
  type Case,
} from './finite-differences.ts';

/** Shapes of the inputs, and what is applied to them. Inputs are drawn from [low, high]. */
interface RuleCase {
  readonly title: string;
  readonly shapes: readonly (readonly number[])[];
  readonly range?: readonly [low: number, high: number];
  readonly apply: (tape: Tape, inputs: readonly Tensor[]) => Tensor;
}

const one = (
  tape: Tape,
  [a]: readonly Tensor[],
  op: 'neg' | 'exp' | 'log' | 'sqrt' | 'sigmoid' | 'tanh' | 'softmax' | 'geluTanh' | 'softplus',
) => tape.apply(op, [a!], {});
const two = (tape: Tape, [a, b]: readonly Tensor[], op: 'add' | 'sub' | 'mul' | 'div' | 'swiGlu') =>
  tape.apply(op, [a!, b!], {});
const matMul =
  (transA: boolean, transB: boolean, scale: number) =>
  (tape: Tape, [a, b]: readonly Tensor[]) =>
    tape.apply('matMul', [a!, b!], { transA, transB, scale });

function rotaryTable(tape: Tape) {
  const angles = randomValues([5, 3], 7, -3, 3);
  const table = (angle: (value: number) => number) => tape.o.constant(angles.map(angle), [5, 3]);
  return {
    positions: tape.o.indices([0, 1, 2, 3, 4, 2, 0, 4], [2, 4]),
    cos: table(Math.cos),
    sin: table(Math.sin),
    negativeSin: table((value) => -Math.sin(value)),
  };
}

/** At least one a rule; the compiler asks for a row when an operation is added. */
const ruleCases: { readonly [Op in DifferentiableOp]: readonly RuleCase[] } = {
  add: [
    {
      title: 'same shape',
      shapes: [
        [3, 4],
        [3, 4],
      ],
      apply: (t, x) => two(t, x, 'add'),
    },
    {
      title: 'broadcast both ways',
      shapes: [
        [3, 1],
        [2, 1, 4],
      ],
      apply: (t, x) => two(t, x, 'add'),
    },
  ],
  sub: [{ title: 'broadcast', shapes: [[2, 3, 4], [4]], apply: (t, x) => two(t, x, 'sub') }],
  mul: [
    {
      title: 'broadcast',
      shapes: [
        [3, 4],
        [3, 1],
      ],
      apply: (t, x) => two(t, x, 'mul'),
    },
    { title: 'by itself', shapes: [[3, 4]], apply: (t, [a]) => t.apply('mul', [a!, a!], {}) },
  ],
  div: [{ title: 'broadcast', shapes: [[3, 4], [4]], range: [0.5, 2], apply: (t, x) => two(t, x, 'div') }],
  neg: [{ title: 'matrix', shapes: [[3, 4]], apply: (t, x) => one(t, x, 'neg') }],
  exp: [{ title: 'matrix', shapes: [[3, 4]], apply: (t, x) => one(t, x, 'exp') }],
  log: [{ title: 'positive numbers', shapes: [[3, 4]], range: [0.5, 2], apply: (t, x) => one(t, x, 'log') }],
  sqrt: [
    { title: 'positive numbers', shapes: [[3, 4]], range: [0.5, 2], apply: (t, x) => one(t, x, 'sqrt') },
  ],
  sigmoid: [{ title: 'matrix', shapes: [[3, 4]], range: [-4, 4], apply: (t, x) => one(t, x, 'sigmoid') }],
  tanh: [{ title: 'matrix', shapes: [[3, 4]], range: [-2, 2], apply: (t, x) => one(t, x, 'tanh') }],
  reshape: [
    {
      title: 'to another rank',
      shapes: [[3, 4]],
      apply: (t, [a]) => t.apply('reshape', [a!], { shape: [2, 3, 2] }),
    },
  ],
  transpose: [
    {
      title: 'a permutation that is not its own inverse',
      shapes: [[2, 3, 4]],
      apply: (t, [a]) => t.apply('transpose', [a!], { permutation: [1, 2, 0] }),
    },
  ],
  expand: [
    { title: 'a row', shapes: [[1, 4]], apply: (t, [a]) => t.apply('expand', [a!], { shape: [2, 3, 4] }) },
  ],
  slice: [
    {
      title: 'middle',
      shapes: [[3, 5]],
      apply: (t, [a]) => t.apply('slice', [a!], { axis: 1, start: 1, end: 4 }),
    },
    {
      title: 'start',
      shapes: [[3, 5]],
      apply: (t, [a]) => t.apply('slice', [a!], { axis: 0, start: 0, end: 2 }),
    },
    {
      title: 'all',
      shapes: [[3, 5]],
      apply: (t, [a]) => t.apply('slice', [a!], { axis: 0, start: 0, end: 3 }),
    },
  ],
  concat: [
    {
      title: 'three parts',
      shapes: [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
      apply: (t, x) => t.apply('concat', x, { axis: 1 }),
    },
  ],
  reduceSum: [
    {
      title: 'two axes',
      shapes: [[2, 3, 4]],
      apply: (t, [a]) => t.apply('reduceSum', [a!], { axes: [0, 2] }),
    },
  ],
  softmax: [
    { title: 'last axis', shapes: [[2, 3, 4]], range: [-3, 3], apply: (t, x) => one(t, x, 'softmax') },
  ],
  matMul: [
    {
      title: 'plain',
      shapes: [
        [3, 4],
        [4, 2],
      ],
      apply: matMul(false, false, 1),
    },
    {
      title: 'left transposed',
      shapes: [
        [4, 3],
        [4, 2],
      ],
      apply: matMul(true, false, 1),
    },
    {
      title: 'right transposed, scaled',
      shapes: [
        [3, 4],
        [2, 4],
      ],
      apply: matMul(false, true, 0.7),
    },
    {
      title: 'both transposed, scaled',
      shapes: [
        [4, 3],
        [2, 4],
      ],
      apply: matMul(true, true, -1.3),
    },
    {
      title: 'batched',
      shapes: [
        [2, 2, 3, 4],
        [2, 2, 4, 2],
      ],
      apply: matMul(false, false, 1),
    },
    {
      title: 'batched, right transposed, scaled',
      shapes: [
        [2, 3, 4],
        [2, 2, 4],
      ],
      apply: matMul(false, true, 0.5),
    },
    {
      title: 'batched, left transposed',
      shapes: [
        [2, 4, 3],
        [2, 4, 2],
      ],
      apply: matMul(true, false, 1),
    },
  ],
  gather: [
    {
      title: 'rows asked for twice and never',
      shapes: [[5, 3]],
      apply: (t, [a]) => t.apply('gather', [a!], { indices: t.o.indices([4, 0, 4, 2, 4, 0], [2, 3]) }),
    },
  ],
  rotary: [
    {
      title: 'positions that repeat and restart',
      shapes: [[2, 2, 4, 6]],
      apply: (t, [a]) => t.apply('rotary', [a!], { table: rotaryTable(t) }),
    },
  ],
  rmsNorm: [
    {
      title: 'rows and weight',
      shapes: [[4, 6], [6]],
      apply: (t, [a, b]) => t.apply('rmsNorm', [a!, b!], { epsilon: 1e-2 }),
    },
  ],
  layerNorm: [
    {
      title: 'rows, weight and bias',
      shapes: [[4, 6], [6], [6]],
      apply: (t, [a, b, c]) => t.apply('layerNorm', [a!, b!, c!], { epsilon: 1e-2 }),
    },
  ],
  geluTanh: [
    { title: 'both tails', shapes: [[3, 5]], range: [-4, 4], apply: (t, x) => one(t, x, 'geluTanh') },
  ],
  swiGlu: [
    {
      title: 'gate and up',
      shapes: [
        [3, 4],
        [3, 4],
      ],
      range: [-3, 3],
      apply: (t, x) => two(t, x, 'swiGlu'),
    },
  ],
  softplus: [
    { title: 'both tails', shapes: [[3, 5]], range: [-8, 8], apply: (t, x) => one(t, x, 'softplus') },
  ],
  dropout: [
    {
      title: 'some kept, some not',
      shapes: [[2, 4]],
      apply: (t, [a]) => {
        const kept = t.o.constant([1, 0, 1, 1, 0, 0, 1, 1], [2, 4]);
        return t.apply('dropout', [a!], { mask: t.o.equal(kept, t.o.scalar(1)), probability: 0.4 });
      },
    },
  ],
  targetLogProbabilities: [
    {
      title: 'targets that repeat',
      shapes: [
        [4, 3],
        [5, 3],
      ],
      range: [-2, 2],
      apply: (t, [hidden, head]) =>
        t.apply('targetLogProbabilities', [hidden!, head!], { targets: t.o.indices([4, 0, 2, 4]) }),
    },
  ],
};

function caseOf({ shapes, range = [-1, 1], apply }: RuleCase): Case {
  const names = shapes.map((_, index) => `x${index}`);
  return {
    parameters: Object.fromEntries(
      shapes.map((shape, index) => [
        names[index]!,
        { shape, values: randomValues(shape, index + 1, ...range) },
      ]),
    ),
    loss: (tape, parameters) =>
      weightedSum(
        tape,
        apply(
          tape,
          names.map((name) => parameters[name]!),
        ),
      ),
  };
}

const allCases = Object.entries(ruleCases).flatMap(([op, cases]) =>
  cases.map((ruleCase) => ({ op, label: `${op}, ${ruleCase.title}`, subject: caseOf(ruleCase) })),
);

test('every rule agrees with central differences in float64', async () => {
  const errors: Record<string, number> = {};
  for (const { label, subject } of allCases) {
    const { worst, checked } = await compareWithDifferences(subject);
    expect(checked, label).toBeGreaterThan(0);
    if (!(worst < 1e-8)) errors[label] = worst;
  }
  expect(errors).toEqual({});
});

test('float32 kernels, fused ones included, give the gradients of the float64 primitives', async () => {
  const errors: Record<string, number> = {};
  for (const { label, subject } of allCases) {
    const [exact, single] = await Promise.all([evaluate(subject, 'float64'), evaluate(subject, 'float32')]);
    const [a, b] = [await exact(null), await single(null)];
    for (const [name, gradient] of a.gradients) {
      const largest = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3);
      const error = gradient.reduce(
        (max, value, index) => Math.max(max, Math.abs(value - b.gradients.get(name)![index]!) / largest),
        0,
      );
      if (!(error < 2e-6)) errors[`${label}, ${name}`] = error;
    }
  }
  expect(errors).toEqual({});
});

test('the comparison finds a wrong rule, whichever operation it belongs to', async () => {
  const unnoticed: string[] = [];
  for (const { op, label, subject } of allCases) {
    // The rule of this operation, given a gradient that is 0.1% too large.
    const right = vjpRules[op as 'add'];
    const wrong = {
      ...vjpRules,
      [op]: (context: Parameters<typeof right>[0]) =>
        right({ ...context, gradient: context.o.scale(context.gradient, 1.001) }),
    } as VjpRules;
    const { worst } = await compareWithDifferences(subject, wrong);
    if (!(worst > 1e-4)) unnoticed.push(label);
  }
  expect(unnoticed).toEqual([]);
});
