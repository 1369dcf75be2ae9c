/** The tasks of a user's project, anywhere under `suites`: `….task.yaml` without code, `….task.ts` and `….task.js`
 *  with it. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { catalog } from '../catalog/index.ts';
import { HarnessError } from '../errors.ts';
import { isObject } from '../tasks/json-lines.ts';
import { packageRoot } from '../tasks/package-root.ts';
import type { Task } from '../tasks/task.ts';
import { parseTaskFile } from './task-file.ts';

const FOLDER = 'suites';
const TASK_FILE = /\.task\.(ya?ml|[cm]?[jt]s)$/;

/** Absolute paths, in the order of their names; none where the project has no folder `suites`. */
export function findTaskFiles(project: string): readonly string[] {
  const folder = join(project, FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => TASK_FILE.test(path) && !path.split(/[\\/]/).includes('node_modules'))
    .toSorted()
    .map((path) => join(folder, path));
}

/** The tasks in files, in their order.
 *  @throws HarnessError E_TASK_INVALID; whatever a module throws */
export async function loadTaskFiles(paths: readonly string[]): Promise<readonly Task[]> {
  const found: { readonly task: Task; readonly path: string }[] = [];
  for (const path of paths) for (const task of await loadTaskFile(path)) found.push({ task, path });
  const where = new Map(catalog.map(({ suite, name }) => [`${suite}/${name}`, 'a bundled task']));
  for (const { task, path } of found) {
    const name = `${task.suite}/${task.name}`;
    const before = where.get(name);
    const shown = relative(process.cwd(), path);
    if (before !== undefined) {
      throw new HarnessError('E_TASK_INVALID', `${shown}: ${name} is the name of ${before} already`);
    }
    where.set(name, shown);
  }
  return found.map(({ task }) => task);
}

/** Bundled tasks and those of the project. */
export async function projectCatalog(project: string): Promise<readonly Task[]> {
  return [...catalog, ...(await loadTaskFiles(findTaskFiles(project)))];
}

let readsAsModules = false;

/** The project's package.json may say nothing of modules, and neither Node 20 nor Playwright then takes them for what
 *  they are. */
function readAsModules(): void {
  if (readsAsModules) return;
  readsAsModules = true;
  process.setSourceMapsEnabled(true);
  register(pathToFileURL(join(packageRoot, 'bin/typescript-hooks.js')));
}

async function loadTaskFile(path: string): Promise<readonly Task[]> {
  if (/^\.ya?ml$/.test(extname(path))) {
    return [parseTaskFile(await readFile(path, 'utf8'), relative(process.cwd(), path))];
  }
  if (/(ts|\.js)$/.test(path)) readAsModules();
  const exported = defaultExport(await import(pathToFileURL(path).href));
  const tasks: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  const odd = tasks.find((task) => !isTask(task));
  if (tasks.length === 0 || odd !== undefined || exported === undefined) {
    throw new HarnessError(
      'E_TASK_INVALID',
      `${relative(process.cwd(), path)}: its default export is no task and no list of tasks`,
      { remedy: "Write: import { defineTask } from '@modelgate/harness'; export default defineTask({ … });" },
    );
  }
  return tasks as readonly Task[];
}

/** Of a module that was made CommonJS on the way, the default export is one level deeper. */
function defaultExport(module: unknown): unknown {
  const { default: exported } = module as { readonly default?: unknown };
  return isObject(exported) && exported['__esModule'] === true ? exported['default'] : exported;
}

function isTask(value: unknown): value is Task {
  if (!isObject(value)) return false;
  const { suite, name, dataset, metrics, run, scorers } = value;
  return (
    typeof suite === 'string' &&
    typeof name === 'string' &&
    typeof dataset === 'function' &&
    Array.isArray(metrics) &&
    metrics.length > 0 &&
    (typeof run === 'function' || Array.isArray(scorers))
  );
}
