/** Test data and the evaluation sets: made, checked, counted. */
export { getDataStatistics } from './statistics.ts';
export { validateDataFile } from './validate.ts';
export { testDataLines, writeEvaluationSets, writeTestData, writeTinyChatData } from './write.ts';
