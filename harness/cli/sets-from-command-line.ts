/** What `harness data fetch` and `harness data list` do with their arguments. */
import { readSetRecord, setsFolder, type SetRecord } from '../recipes/fetched.ts';
import { HarnessError } from '../errors.ts';
import { fetchSet } from '../recipes/fetch-set.ts';
import { hostsOf } from '../recipes/hosts.ts';
import { recipeNamed, recipes, taskNames } from '../recipes/index.ts';
import { sourceUrl, type Recipe } from '../recipes/recipe.ts';
import type { FetchArguments, ListArguments } from './commands/data-sets.ts';
import { renderTable } from './table.ts';
import { shownPath, widthOf, wrapped } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

function describe(recipe: Recipe, columns: number | null): string {
  const rows: readonly (readonly [string, string])[] = [
    ['set', `${recipe.title}: ${recipe.paper}`],
    ['licence', recipe.licence],
    ['source', sourceUrl(recipe.source)],
    ['files', recipe.files.map(({ path, digest }) => `${path}${digest ? '' : ' (unverified)'}`).join(', ')],
    ['scoring', recipe.scoring],
  ];
  return rows.map(([name, value]) => wrapped(`${name.padEnd(8)} ${value}`, columns, 9)).join('\n');
}

/** What ran is on standard output; what was shown on the way, and progress, on standard error. */
export async function fetchFromCommandLine(argv: FetchArguments): Promise<void> {
  const recipe = recipeNamed(argv.name);
  const fewShot = argv.fewShot === undefined ? null : wholeNumber('few-shot', argv.fewShot, 0);
  process.stderr.write(`${describe(recipe, widthOf(process.stderr))}\n`);
  if (!argv.acceptLicence) {
    throw new HarnessError(
      'E_LICENCE',
      `${recipe.title} is licensed under ${recipe.licence}: nothing was fetched`,
      {
        remedy: `If that suits you: npx harness data fetch ${recipe.name} --accept-licence`,
      },
    );
  }
  const folder = setsFolder();
  const record = await fetchSet(recipe, {
    folder,
    from: argv.from ?? null,
    fewShot,
    unpinned: argv.unpinned,
    hosts: await hostsOf(process.env),
    report: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(argv.json ? `${JSON.stringify(record)}\n` : `${summary(record, folder)}\n`);
}

function summary(record: SetRecord, folder: string): string {
  const unverified = record.files.filter(({ verified }) => !verified).length;
  const files = `${record.files.length} ${record.files.length === 1 ? 'file' : 'files'}`;
  const state = unverified === 0 ? `${files} as pinned` : `${unverified} of ${files} unverified`;
  return [
    `✓ ${record.title}: ${record.samples} samples, ${state}, in ${shownPath(`${folder}/${record.name}`)}`,
    `  npx harness run standard/${taskNames(recipeNamed(record.name))[0]}`,
  ].join('\n');
}

export async function listFromCommandLine(argv: ListArguments): Promise<void> {
  const folder = setsFolder();
  const sets = await Promise.all(
    recipes.map(async (recipe) => ({ recipe, record: await readSetRecord(recipe.name, folder) })),
  );
  if (argv.json) {
    const list = sets.map(({ recipe, record }) => {
      const { name, title, paper, licence, files, scoring } = recipe;
      const source = sourceUrl(recipe.source);
      return {
        name,
        title,
        paper,
        licence,
        source,
        files,
        scoring,
        tasks: taskNames(recipe),
        fetched: record,
      };
    });
    process.stdout.write(`${JSON.stringify(list)}\n`);
    return;
  }
  const rows = sets.map(({ recipe, record }) => [
    recipe.name,
    recipe.licence,
    pinned(recipe),
    record === null ? '–' : `${record.samples}`,
    taskNames(recipe).join(', '),
  ]);
  const head = ['set', 'licence', 'digests', 'here', 'tasks'];
  process.stdout.write(`${renderTable([head, ...rows], ['left', 'left', 'left', 'right', 'left'])}\n`);
}

function pinned({ files }: Recipe): string {
  if (files.every(({ digest }) => digest?.startsWith('sha256:'))) return 'sha256';
  return files.every(({ digest }) => digest !== null) ? 'git' : 'unverified';
}
