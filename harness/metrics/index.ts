/** The metrics as a library, `@modelgate/harness/metrics`: pure functions of texts, and their streaming forms. All scores
 *  by name, as `harness score` has them: `scoreDefinitions`. */
export { accumulated, type Accumulator, type Segment } from './accumulator.ts';
export { exactMatch, tokenF1 } from './answer-match.ts';
export {
  bleuSignature,
  calculateBleu,
  corpusBleu,
  corpusBleuAccumulator,
  type BleuOptions,
  type BleuScore,
} from './bleu.ts';
export {
  brierScore,
  calibrationSignature,
  expectedCalibrationError,
  type CalibrationOptions,
} from './calibration.ts';
export { calculateChrf, chrfSignature, corpusChrf, corpusChrfAccumulator, type ChrfOptions } from './chrf.ts';
export { editSimilarity } from './edit-similarity.ts';
export { jsonValid } from './json-output.ts';
export { jsonSchemaMatch } from './json-schema.ts';
export { calculateKeywordCoverage } from './keyword-coverage.ts';
export type { MetricValue } from './metric-value.ts';
export { numericMatch, type NumericOptions } from './numeric-match.ts';
export { passAtK } from './pass-at-k.ts';
export { bitsPerByte, perplexity } from './perplexity.ts';
export { calculateReadability, readabilitySignature, type ReadabilityName } from './readability.ts';
export type { References } from './references.ts';
export { detectRefusal } from './refusal.ts';
export { calculateRouge, rougeSignature, type RougeOptions, type RougeScore } from './rouge.ts';
export { scoreAccumulator } from './score-accumulator.ts';
export type { ScoreDefinition, ScoredText, ScoreOptions } from './score-definition.ts';
export { scoreDefinitions } from './score-definitions.ts';
export { calculateSentiment } from './sentiment.ts';
export { calculateTer, corpusTer, corpusTerAccumulator, terSignature, type TerOptions } from './ter.ts';
export { textStatistics } from './text-statistics.ts';
export { detectToxicity } from './toxicity.ts';
