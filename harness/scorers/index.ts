/** Scorers: metrics as tasks use them, from one answer to named scores. */
export { pairwiseJudgeScorer, rubricJudgeScorer } from './judge-scorers.ts';
export { bleuScorer, exactMatchScorer, rougeScorer } from './reference-scorers.ts';
export {
  keywordScorer,
  lengthScorer,
  readabilityScorer,
  refusalScorer,
  sentimentScorer,
} from './text-scorers.ts';
