/** Standard sets: recipes to fetch them, and the tasks of those that were fetched. */
import { HarnessError } from '../errors.ts';
import { nearest } from '../tasks/nearest.ts';
import type { Task } from '../tasks/task.ts';
import { openSet, setsFolder } from './fetched.ts';
import type { Recipe } from './recipe.ts';
import { bbq } from './sets/bbq.ts';
import { crowsPairs } from './sets/crows-pairs.ts';
import { gsm8k } from './sets/gsm8k.ts';
import { advbench, harmbench } from './sets/harmful.ts';
import { ifeval } from './sets/ifeval.ts';
import { arc, hellaswag, mmlu } from './sets/knowledge.ts';
import { mtBench } from './sets/mt-bench.ts';
import { squad } from './sets/squad.ts';
import { stereoset } from './sets/stereoset.ts';
import { truthfulqa } from './sets/truthfulqa.ts';
import { winobias } from './sets/winobias.ts';
import { xstest } from './sets/xstest.ts';

/** The suite that all tasks of standard sets are of. */
export const STANDARD = 'standard';

export const recipes: readonly Recipe[] = [
  xstest,
  winobias,
  crowsPairs,
  bbq,
  stereoset,
  truthfulqa,
  gsm8k,
  mmlu,
  arc,
  hellaswag,
  ifeval,
  harmbench,
  advbench,
  mtBench,
  squad,
];

/** @throws HarnessError E_USAGE for a name that no recipe has */
export function recipeNamed(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name);
  if (found) return found;
  const names = recipes.map((recipe) => recipe.name);
  const close = nearest(name, names);
  throw new HarnessError(
    'E_USAGE',
    `No standard set ${name}; ${close === null ? `there are ${names.join(', ')}` : `did you mean ${close}?`}`,
  );
}

/** Tasks of the sets that were fetched. */
export async function standardTasks(folder: string = setsFolder()): Promise<readonly Task[]> {
  const opened = await Promise.all(
    recipes.map(async (recipe) => {
      const set = await openSet(recipe, folder);
      return set === null ? [] : recipe.tasks(set);
    }),
  );
  return opened.flat();
}

/** The standard tasks among those asked for: none where no suite is named, for a run of everything would take days.
 *  @throws HarnessError E_FILE_NOT_FOUND for one whose set was not fetched */
export async function askedStandardTasks(asked: readonly string[], folder: string): Promise<readonly Task[]> {
  const names = asked.filter((name) => name === STANDARD || name.startsWith(`${STANDARD}/`));
  if (names.length === 0) return [];
  const tasks = await standardTasks(folder);
  const here = new Set([STANDARD, ...tasks.map(({ name }) => `${STANDARD}/${name}`)]);
  const missing = names
    .map((name) => setOfTask(name))
    .find((recipe, i) => recipe !== null && !here.has(names[i]!));
  const unfetched = missing ?? (tasks.length === 0 ? recipes[0] : undefined);
  if (!unfetched) return tasks;
  throw new HarnessError('E_FILE_NOT_FOUND', `The standard set ${unfetched.name} was not fetched`, {
    remedy: `npx harness data fetch ${unfetched.name}; npx harness data list names all.`,
  });
}

/** The recipe that a task, as `standard/name`, is of. */
function setOfTask(name: string): Recipe | null {
  return recipes.find((recipe) => taskNames(recipe).some((task) => `${STANDARD}/${task}` === name)) ?? null;
}

/** Names of a recipe's tasks, whether it was fetched or not. */
export function taskNames(recipe: Recipe): readonly string[] {
  const nothing = {
    name: recipe.name,
    fewShot: 0,
    signature: '',
    dataset: () => Promise.reject(new Error(`${recipe.name} was not fetched`)),
  };
  return recipe.tasks(nothing).map((task) => task.name);
}
