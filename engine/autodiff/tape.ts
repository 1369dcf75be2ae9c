/** Reverse-mode automatic differentiation over a graph of static shapes (Griewank & Walther 2008, chapter 3).
 *  Records what is applied, then emits the backward pass into the same graph. First order only: the backward pass is
 *  not recorded. Knows nothing of models or optimisers. */
import { EngineError } from '../errors.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import type { DType } from '../tensor/dtype.ts';
import { Operators, type FloatType, type Tensor } from './operators.ts';
import {
  forwardRules,
  vjpRules,
  type AttributesOf,
  type Contribution,
  type DifferentiableOp,
  type InputsOf,
  type VjpRule,
} from './vjp-rules.ts';

export type VjpRules = { readonly [Op in DifferentiableOp]: VjpRule<Op> };

interface TapeEntry {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly backward: (gradient: Tensor) => readonly Contribution[];
}

export class Tape {
  readonly o: Operators;
  readonly #rules: VjpRules;
  readonly #entries: TapeEntry[] = [];
  /** Names of values that depend on a parameter. */
  readonly #tracked = new Set<string>();

  constructor(graph: OnnxGraph, dtype: FloatType, rules: VjpRules = vjpRules) {
    this.o = new Operators(graph, dtype);
    this.#rules = rules;
  }

  /** A graph input that gradients are wanted for. */
  parameter(name: string, shape: readonly number[]): Tensor {
    this.o.graph.input(name, this.o.dtype, shape);
    this.#tracked.add(name);
    return { name, dtype: this.o.dtype, shape };
  }

  /** A graph input that no gradient is wanted for. */
  input(name: string, dtype: DType, shape: readonly number[]): Tensor {
    this.o.graph.input(name, dtype, shape);
    return { name, dtype, shape };
  }

  /** Applies an operation and remembers it when one of its inputs depends on a parameter. */
  apply<Op extends DifferentiableOp>(op: Op, inputs: InputsOf<Op>, attributes: AttributesOf<Op>): Tensor {
    const { o } = this;
    const output = forwardRules[op](o, inputs, attributes);
    if (inputs.some((input) => this.#tracked.has(input.name)) && !inputs.includes(output)) {
      const rule = this.#rules[op];
      this.#tracked.add(output.name);
      this.#entries.push({
        inputs,
        output,
        backward: (gradient) => rule({ o, inputs, attributes, output, gradient }),
      });
    }
    return output;
  }

  /** Gradients of a scalar, one a parameter, of the parameters' shapes.
   *  @throws E_SHAPE_MISMATCH when `loss` is no scalar, or does not depend on one of the parameters */
  gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
    if (loss.shape.length > 0) {
      throw new EngineError('E_SHAPE_MISMATCH', `gradients of (${loss.shape.join(', ')}); expected a scalar`);
    }
    const gradients = new Map([[loss.name, this.o.scalar(1)]]);
    for (const entry of this.#entries.toReversed()) {
      const gradient = gradients.get(entry.output.name);
      if (!gradient) continue;
      entry.backward(gradient).forEach((contribution, index) => {
        const { name } = entry.inputs[index]!;
        if (this.#tracked.has(name)) gradients.set(name, this.#accumulate(gradients.get(name), contribution));
      });
    }
    return parameters.map((parameter) => {
      const gradient = gradients.get(parameter.name);
      if (gradient) return gradient;
      throw new EngineError('E_SHAPE_MISMATCH', `the loss does not depend on "${parameter.name}"`);
    });
  }

  #accumulate(soFar: Tensor | undefined, contribution: Contribution): Tensor {
    if (typeof contribution === 'function') return contribution(soFar);
    return soFar ? this.o.add(soFar, contribution) : contribution;
  }
}
