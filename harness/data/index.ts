/** Test data and the evaluation sets: made, checked, counted. */
export { getDataStatistics, type DataStatistics } from './statistics.ts';
export {
  DEFAULT_SEED,
  generateChatData,
  generateDpoData,
  generateInstructionData,
  type ChatExample,
  type DpoExample,
  type InstructionExample,
} from './test-data.ts';
export { validateDataFile, type DataFault, type DataType, type ValidationResult } from './validate.ts';
export { testDataLines, writeEvaluationSets, writeTestData, writeTinyChatData } from './write.ts';
