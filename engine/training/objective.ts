/** What is minimised, as a function of the log-probabilities of the targets.
 *  Knows formulas; knows nothing of decoders or of where the data came from. */
import type { Tensor } from '../autodiff/operators.ts';
import type { Tape } from '../autodiff/tape.ts';
import type { BatchShape } from './decoder-loss.ts';

/** likelihood: Σ weights · −ln P(target).
 *
 *  preference: direct preference optimisation (Rafailov et al. 2023, arXiv:2305.18290), the mean over pairs of
 *  −(1 − ε) ln σ(z) − ε ln σ(−z), where z = β · (what the chosen sequence has gained on the reference − what the
 *  rejected one has) and ε the label smoothing (Mitchell 2023, "A note on DPO with noisy preferences"). */
export type Objective =
  | { readonly kind: 'likelihood' }
  | { readonly kind: 'preference'; readonly beta: number; readonly labelSmoothing: number };

export interface Loss {
  readonly loss: Tensor; // ()
  /** Log-probabilities of sequences, the chosen ones first, (2 · pairs, 1); null where there are no pairs. */
  readonly sequences: Tensor | null;
}

/** Pairs of a batch: each takes two rows. */
function pairsOf({ rows }: BatchShape): number {
  return rows / 2;
}

/** @param logProbabilities (tokens, 1) */
export function lossOf(tape: Tape, objective: Objective, logProbabilities: Tensor, shape: BatchShape): Loss {
  return objective.kind === 'likelihood'
    ? { loss: likelihoodLoss(tape, logProbabilities), sequences: null }
    : preferenceLoss(tape, objective, logProbabilities, pairsOf(shape));
}

function sum(tape: Tape, values: Tensor): Tensor {
  return tape.apply('reshape', [tape.apply('reduceSum', [values], { axes: [0, 1] })], { shape: [] });
}

function likelihoodLoss(tape: Tape, logProbabilities: Tensor): Tensor {
  const tokens = logProbabilities.shape[0]!;
  const weights = tape.o.reshape(tape.input('weights', tape.o.dtype, [tokens]), [tokens, 1]);
  return sum(tape, tape.apply('mul', [tape.apply('neg', [logProbabilities], {}), weights], {}));
}

function preferenceLoss(
  tape: Tape,
  { beta, labelSmoothing }: Extract<Objective, { kind: 'preference' }>,
  logProbabilities: Tensor,
  pairs: number,
): Loss {
  const input = (name: string, shape: readonly number[]) => tape.input(name, tape.o.dtype, shape);
  const tokens = logProbabilities.shape[0]!;
  const sequences = tape.apply('matMul', [input('sequences', [2 * pairs, tokens]), logProbabilities], {});
  const gains = tape.apply('sub', [sequences, input('reference', [2 * pairs, 1])], {});
  const part = (start: number) => tape.apply('slice', [gains], { axis: 0, start, end: start + pairs });
  const margins = tape.apply('sub', [part(0), part(pairs)], {}); // (pairs, 1)
  const z = tape.apply('mul', [margins, tape.o.scalar(beta)], {});
  const against = (logit: Tensor, share: number) =>
    tape.apply('mul', [tape.apply('softplus', [logit], {}), tape.o.scalar(share)], {});
  const wrong = against(tape.apply('neg', [z], {}), 1 - labelSmoothing); // −ln σ(z)
  const losses = labelSmoothing === 0 ? wrong : tape.apply('add', [wrong, against(z, labelSmoothing)], {});
  const weighted = tape.apply('mul', [losses, input('pairWeights', [pairs, 1])], {});
  return { loss: sum(tape, weighted), sequences };
}
