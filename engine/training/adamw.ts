/** AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) behind global gradient clipping, as nodes of the training graph;
 *  the same arithmetic as torch.optim.AdamW after torch.nn.utils.clip_grad_norm_.
 *
 *  Parameters and moments are updated in place (the same memory is fed and fetched). That is safe only because every
 *  update depends on the global norm, which depends on the whole backward pass: otherwise ONNX Runtime might write a
 *  new weight before the backward pass has read the old one. */
import type { Operators, Tensor } from '../autodiff/operators.ts';

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Applied to matrices; norms and other vectors are not decayed. */
  readonly weightDecay: number;
  readonly maxGradNorm: number;
}

/** The optimiser's scalar graph inputs. */
export const scalarNames = ['stepSize', 'epsilon', 'decay'] as const;
export type StepScalars = Readonly<Record<(typeof scalarNames)[number], number>>;

/** Values of the scalars for one step, with the corrections for the moments' start at 0 folded in.
 *  @param step counted from 1 */
export function stepScalars(step: number, rate: number, options: AdamWOptions): StepScalars {
  const rootCorrection = Math.sqrt(1 - options.beta2 ** step);
  return {
    stepSize: (rate * rootCorrection) / (1 - options.beta1 ** step),
    epsilon: options.epsilon * rootCorrection,
    decay: 1 - rate * options.weightDecay,
  };
}

export const momentNames = (parameter: string) =>
  ({ first: `adam.first.${parameter}`, second: `adam.second.${parameter}` }) as const;

/** A piece of state and the value that replaces it. */
interface StateUpdate {
  readonly state: string;
  readonly value: Tensor;
}

export interface AdamWNodes {
  readonly gradNorm: Tensor;
  readonly updates: readonly StateUpdate[];
}

function input(o: Operators, name: string, shape: readonly number[]): Tensor {
  o.graph.input(name, o.dtype, shape);
  return { name, dtype: o.dtype, shape };
}

export function adamWUpdates(
  o: Operators,
  parameters: readonly Tensor[],
  gradients: readonly Tensor[],
  options: Pick<AdamWOptions, 'beta1' | 'beta2' | 'maxGradNorm'>,
): AdamWNodes {
  const scalar = Object.fromEntries(scalarNames.map((name) => [name, input(o, name, [])])) as Record<
    (typeof scalarNames)[number],
    Tensor
  >;
  const squares = gradients.map((gradient) => o.sumOfSquares(gradient));
  const gradNorm = o.sqrt(squares.reduce((sum, square) => o.add(sum, square))); // ()
  const clip = o.min(o.scalar(1), o.div(o.scalar(options.maxGradNorm), o.add(gradNorm, o.scalar(1e-6))));
  // Both moments take the clipped gradient times its share, folded into one scalar each.
  const firstShare = o.mul(clip, o.scalar(1 - options.beta1));
  const secondShare = o.mul(clip, o.scalar(Math.sqrt(1 - options.beta2)));

  const updates = parameters.flatMap((parameter, index): StateUpdate[] => {
    const gradient = gradients[index]!;
    const names = momentNames(parameter.name);
    const first = o.add(
      o.scale(input(o, names.first, parameter.shape), options.beta1),
      o.mul(gradient, firstShare),
    );
    const root = o.mul(gradient, secondShare);
    const second = o.add(o.scale(input(o, names.second, parameter.shape), options.beta2), o.mul(root, root));
    const decayed = parameter.shape.length > 1 ? o.mul(parameter, scalar.decay) : parameter;
    const step = o.mul(o.div(first, o.add(o.sqrt(second), scalar.epsilon)), scalar.stepSize);
    return [
      { state: parameter.name, value: o.sub(decayed, step) },
      { state: names.first, value: first },
      { state: names.second, value: second },
    ];
  });
  return { gradNorm, updates };
}
