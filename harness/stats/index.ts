/** The statistics as a library, `@modelgate/harness/statistics`: pure functions of numbers, seeds included. */
export type { Interval, IntervalOptions } from './interval.ts';
export { bootstrap, bootstrapOfSums, type BootstrapInterval, type BootstrapOptions } from './bootstrap.ts';
export { clusteredStandardError, type ClusteredStandardError } from './cluster.ts';
export {
  approximateRandomisation,
  pairedBootstrap,
  type ApproximateRandomisation,
  type CorpusComparisonOptions,
  type PairedBootstrap,
} from './corpus-comparison.ts';
export { mcnemar, type McNemarTest } from './mcnemar.ts';
export { meanInterval, type MeanInterval, type MeanOptions } from './mean.ts';
export { holm } from './multiplicity.ts';
export { pairedDifference, type PairedDifference, type PairedOptions } from './paired.ts';
export { signFlipTest, type SignFlipOptions, type SignFlipTest } from './permutation.ts';
export { type DesignOptions, type SampleSize } from './power-design.ts';
export {
  minimumDetectableEffect,
  minimumDetectableEffectOfMean,
  powerOfMean,
  sampleSizeOfMean,
  type PowerOptions,
} from './power-mean.ts';
export {
  minimumDetectableEffectOfPairs,
  powerOfPairs,
  sampleSizeOfPairs,
  type PairedDesign,
} from './power-pairs.ts';
export { powerOfProportion, sampleSizeOfProportion } from './power-proportion.ts';
export {
  clopperPearsonInterval,
  proportionInterval,
  wilsonInterval,
  type ProportionInterval,
} from './proportion.ts';
export { quantileInterval, type QuantileInterval } from './quantile.ts';
export { roganGladen } from './rogan-gladen.ts';
export { twoLooks, type Spending, type TwoLooks } from './sequential.ts';
export { repeatsThatPay, varianceComponents } from './variance-components.ts';
