/** What `harness data` does with its arguments: files and lines out, faults as an error. */
import { join } from 'node:path';
import {
  getDataProfile,
  getDataStatistics,
  MOST_PARAPHRASES,
  paraphraseLines,
  testDataLines,
  type TextProfile,
  validateDataFile,
  writeEvaluationSets,
  writeLines,
  writeTestData,
  writeTinyChatData,
} from '../data/index.ts';
import { HarnessError } from '../errors.ts';
import type { GenerateArguments, StatsArguments, ValidateArguments } from './commands/data.ts';
import { renderTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

/** Warnings that are printed; the others are counted. */
const LISTED = 20;

const DEFAULT_FOLDER = 'test_data';

function announce(paths: readonly string[]): void {
  for (const path of paths) process.stderr.write(`Wrote ${path}\n`);
}

export async function generateFromCommandLine(argv: GenerateArguments): Promise<void> {
  const seed = wholeNumber('seed', argv.seed, 0);
  const count = argv.count === undefined ? undefined : wholeNumber('count', argv.count, 1);
  const folder = argv.out ?? DEFAULT_FOLDER;
  switch (argv.type) {
    case 'tiny-chat':
      return announce(await writeTinyChatData(folder, { count, seed }));
    case 'paraphrases': {
      if (count !== undefined && count > MOST_PARAPHRASES) {
        throw new HarnessError('E_USAGE', `There are ${MOST_PARAPHRASES} paraphrases, not ${count}`);
      }
      const lines = paraphraseLines(count, seed);
      if (argv.out === undefined) process.stdout.write(lines);
      else announce([await writeLines(argv.out, lines)]);
      return;
    }
    case 'evaluation':
      return announce(await writeEvaluationSets(folder));
    case 'all': {
      const types = ['chat', 'instruction', 'dpo'] as const;
      const write = (type: (typeof types)[number]) =>
        writeTestData(type, { path: join(folder, `${type}_data.jsonl`), count, seed });
      return announce(await Promise.all(types.map(write)));
    }
    default:
      if (argv.out === undefined) process.stdout.write(testDataLines(argv.type, count, seed));
      else announce([await writeTestData(argv.type, { path: argv.out, count, seed })]);
  }
}

export async function validateFromCommandLine(argv: ValidateArguments): Promise<void> {
  const mostWords = wholeNumber('max-words', argv.maxWords, 1);
  const result = await validateDataFile(argv.file, argv.type, {
    mostWords,
    ...(argv.against !== undefined && { against: argv.against }),
  });
  const { samples, faults, warnings } = result;
  const valid = result.valid && !(argv.strict && warnings.length > 0);
  if (argv.json) {
    process.stdout.write(`${JSON.stringify({ valid, samples, faults, warnings })}\n`);
    if (!valid) process.exitCode = 2;
    return;
  }
  const list = (found: readonly { readonly message: string }[]) =>
    found.map(({ message }) => `  ${message}`).join('\n');
  if (!valid) {
    const all = argv.strict ? [...faults, ...warnings] : faults;
    throw new HarnessError('E_DATA_INVALID', `${argv.file} is not valid ${argv.type} data:\n${list(all)}`);
  }
  process.stdout.write(`✓ ${argv.file}: ${samples} valid ${argv.type} samples\n`);
  if (warnings.length === 0) return;
  const more =
    warnings.length > LISTED ? `\n  … and ${warnings.length - LISTED} more (--json lists all)` : '';
  const count = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  process.stdout.write(`! ${count}:\n${list(warnings.slice(0, LISTED))}${more}\n`);
}

export async function statsFromCommandLine(argv: StatsArguments): Promise<void> {
  const statistics = await getDataStatistics(argv.file);
  const profile = await getDataProfile(argv.file);
  if (argv.json) {
    process.stdout.write(`${JSON.stringify({ ...statistics, ...profile })}\n`);
    return;
  }
  const width = Math.max(...Object.keys(statistics).map((key) => key.length));
  for (const [key, value] of Object.entries(statistics)) {
    process.stdout.write(`${key.padEnd(width)}  ${Number.isInteger(value) ? value : value.toFixed(2)}\n`);
  }
  const rows = [profileRow('inputs', profile.input), profileRow('outputs', profile.output)].filter(
    (row) => row.length > 0,
  );
  if (rows.length === 0) return;
  const head = ['words', 'least', 'median', 'p95', 'most', 'unique', 'vocabulary', 'languages'];
  const right = head.slice(1, -1).map(() => 'right' as const);
  process.stdout.write(`\n${renderTable([head, ...rows], ['left', ...right, 'left'])}\n`);
}

const LANGUAGES = 3;

function profileRow(name: string, profile: TextProfile | null): string[] {
  if (profile === null) return [];
  const { length, unique, vocabulary, languages } = profile;
  const lengths = [length.least, length.median, length.p95, length.most].map(String);
  const shown = languages.slice(0, LANGUAGES).map(({ language, texts }) => `${language} ${texts}`);
  return [name, ...lengths, `${Math.round(100 * unique)}%`, String(vocabulary), shown.join(', ')];
}
