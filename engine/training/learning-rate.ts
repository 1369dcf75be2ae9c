/** Learning rate over the steps of a training run, in the manner of Hugging Face's schedulers: a linear rise from 0
 *  over the warm-up, then constant, or down to 0 in a line or half a cosine (Loshchilov & Hutter 2017, arXiv:1608.03983). */

export interface Schedule {
  readonly kind: 'linear' | 'cosine' | 'constant';
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

const decays: { readonly [K in Schedule['kind']]: (progress: number) => number } = {
  constant: () => 1,
  linear: (progress) => 1 - progress,
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
};

/** @param step counted from 0: the rate of the first update is learningRate(schedule, 0) */
export function learningRate({ kind, peak, warmupSteps, totalSteps }: Schedule, step: number): number {
  if (step < warmupSteps) return (peak * step) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return peak * decays[kind](Math.min(1, progress));
}
