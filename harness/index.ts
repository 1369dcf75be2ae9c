/** The harness as a library: what fixtures and suites build on, and what a project imports. */
export { catalog } from './catalog/index.ts';
export { HarnessError, harnessErrors, type HarnessErrorCode } from './errors.ts';
export {
  checkJsonSchema,
  checkMention,
  checkReadable,
  checkRefusal,
  type AnswerCheck,
  type ReadableOptions,
} from './expectations/answer-checks.ts';
export { openAuthorJudge, type AskedContext, type AuthorJudge } from './expectations/author-judge.ts';
export { describeGate, oneLine } from './expectations/describe.ts';
export { judgeResult, type JudgeOptions, type TaskResult } from './expectations/judge-result.ts';
export { defineTask, type TaskDefinition, type TaskLine } from './project/define-task.ts';
export {
  namedScoring,
  scoring,
  type NamedScoringOptions,
  type OwnScoringOptions,
  type Scoring,
} from './project/scoring.ts';
export { datasetSource, taskDataset } from './project/task-dataset.ts';
export { fetchedTasks, ownTasks, testsOf } from './runner/declared-tests.ts';
export { openSession, type EvaluateOptions, type Session } from './runner/session.ts';
export { pairwiseJudgeScorer, rubricJudgeScorer, toxicityClassifierScorer } from './scorers/index.ts';
export { loadDataset } from './tasks/dataset.ts';
export type {
  Dataset,
  Frequency,
  Sample,
  Score,
  Scorer,
  ScorerInput,
  Task,
  TaskCost,
  TaskGate,
  TaskModel,
  TaskOutput,
} from './tasks/task.ts';
export type { GateResult, MetricSpec, RunTask, SampleRecord } from '../reports/report-data.ts';
