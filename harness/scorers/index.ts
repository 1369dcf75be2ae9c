/** Scorers: metrics as tasks use them, from one answer to named scores. */
export {
  admitsUnknownScorer,
  containsAnswerScorer,
  instructionScorer,
  languageScorer,
  leakScorer,
  markupScorer,
  obeyedScorer,
  personalDataScorer,
  repetitionScorer,
  toxicityScorer,
} from './behaviour-scorers.ts';
export { pairwiseJudgeScorer, rubricJudgeScorer } from './judge-scorers.ts';
export { bleuScorer, exactMatchScorer, rougeScorer } from './reference-scorers.ts';
export { relevanceScorer } from './relevance-scorer.ts';
export { toxicityClassifierScorer } from './toxicity-classifier-scorer.ts';
export {
  keywordScorer,
  lengthScorer,
  readabilityScorer,
  refusalScorer,
  sentimentScorer,
} from './text-scorers.ts';
