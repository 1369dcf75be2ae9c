/** Tasks of the api and e2e suites: the HTTP contract over a real socket. */
import { loadDataset } from '../tasks/dataset.ts';
import type { Task } from '../tasks/task.ts';
import { runScenario } from './http-scenario.ts';

const passed = {
  metric: 'passed',
  score: 'passed',
  aggregate: 'proportion',
  better: 'higher',
  signature: 'http-scenario|v1',
} as const;

export const apiSmoke: Task = {
  suite: 'api',
  name: 'smoke',
  title: 'HTTP contract',
  description: 'Routes answer with the keys of the contract, and each invalid request with a 422.',
  when: ['commit', 'deploy', 'release'],
  dataset: (folder) => loadDataset('api-smoke', folder),
  needsOwnServer: true,
  concurrency: 1,
  metrics: [passed],
  run: runScenario,
};

export const workflow: Task = {
  suite: 'e2e',
  name: 'workflow',
  title: 'User workflow',
  description: 'A first answer, the same answer three times at temperature 0, and recovery after an error.',
  when: ['deploy', 'release'],
  dataset: (folder) => loadDataset('workflow', folder),
  needsOwnServer: true,
  concurrency: 1,
  metrics: [passed],
  run: runScenario,
};
