/** Evaluates the model under test: one test for each task of the api suite. */
import { catalog } from '../../harness/index.ts';
import { evaluates } from '../../fixtures/index.ts';

for (const task of catalog.filter(({ suite }) => suite === 'api')) await evaluates(task);
