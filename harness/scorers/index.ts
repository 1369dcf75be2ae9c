/** Scorers: metrics as tasks use them, from one answer to named scores. */
export { bleuScorer, exactMatchScorer, rougeScorer } from './reference-scorers.ts';
export {
  keywordScorer,
  lengthScorer,
  readabilityScorer,
  refusalScorer,
  sentimentScorer,
} from './text-scorers.ts';
