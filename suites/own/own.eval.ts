/** Evaluates the model under test: one test for each task of the project that `harness run` was started in. */
import { ownTasks } from '../../harness/index.ts';
import { evaluates } from '../../fixtures/index.ts';

for (const task of await ownTasks()) await evaluates(task);
