/** Evaluates the model under test: one test for each task of a standard set that was fetched and asked for. */
import { fetchedTasks } from '../../harness/index.ts';
import { evaluates } from '../../fixtures/index.ts';

for (const task of await fetchedTasks()) await evaluates(task);
