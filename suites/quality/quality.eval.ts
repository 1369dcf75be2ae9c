/** Evaluates the model under test: one test for each task of the quality suite. */
import { catalog } from '../../harness/index.ts';
import { evaluates } from '../../fixtures/index.ts';

for (const task of catalog.filter(({ suite }) => suite === 'quality')) await evaluates(task);
