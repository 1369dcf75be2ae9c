/** The harness as a library: what fixtures and suites build on. */
export { HarnessError, harnessErrors, type HarnessErrorCode } from './errors.ts';
export { openSession, type Session } from './runner/session.ts';
export { loadDataset } from './tasks/dataset.ts';
export type { Dataset, Sample, Score, Scorer, Task, TaskModel, TaskOutput } from './tasks/task.ts';
export { catalog } from './catalog/index.ts';
export { pairwiseJudgeScorer, rubricJudgeScorer } from './scorers/index.ts';
