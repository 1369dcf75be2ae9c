/** Test data and the evaluation sets: made, checked, counted. */
export { countsBySet, evaluationSets, overlapOf } from './check-overlap.ts';
export { isContaminated, textsWithin, type Overlap } from './overlap.ts';
export { MOST_PARAPHRASES } from './paraphrases.ts';
export type { TextProfile } from './profile.ts';
export { readRows } from './rows.ts';
export { getDataProfile, getDataStatistics } from './statistics.ts';
export { validateDataFile } from './validate.ts';
export {
  paraphraseLines,
  testDataLines,
  writeEvaluationSets,
  writeLines,
  writeTestData,
  writeTinyChatData,
} from './write.ts';
