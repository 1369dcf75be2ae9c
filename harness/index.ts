/** The harness as a library: what fixtures and suites build on. */
export { catalog } from './catalog/index.ts';
export { HarnessError, harnessErrors, type HarnessErrorCode } from './errors.ts';
export { defineTask, type TaskDefinition, type TaskLine } from './project/define-task.ts';
export { namedScoring, scoring, type Scoring } from './project/scoring.ts';
export { ownTasks, testsOf } from './runner/declared-tests.ts';
export { openSession, type EvaluateOptions, type Session, type TaskResult } from './runner/session.ts';
export { pairwiseJudgeScorer, rubricJudgeScorer } from './scorers/index.ts';
export { loadDataset } from './tasks/dataset.ts';
export type {
  Dataset,
  Frequency,
  Sample,
  Score,
  Scorer,
  ScorerInput,
  Task,
  TaskGate,
  TaskModel,
  TaskOutput,
} from './tasks/task.ts';
