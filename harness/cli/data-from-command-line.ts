/** What `harness data` does with its arguments: files and lines out, faults as an error. */
import { join } from 'node:path';
import {
  getDataStatistics,
  testDataLines,
  validateDataFile,
  writeEvaluationSets,
  writeTestData,
  writeTinyChatData,
} from '../data/index.ts';
import { HarnessError } from '../errors.ts';
import type { GenerateArguments, StatsArguments, ValidateArguments } from './commands/data.ts';
import { wholeNumber } from './whole-number.ts';

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
  const { valid, samples, faults } = await validateDataFile(argv.file, argv.type);
  if (argv.json) {
    process.stdout.write(`${JSON.stringify({ valid, samples, faults })}\n`);
    if (!valid) process.exitCode = 2;
    return;
  }
  if (!valid) {
    const list = faults.map(({ message }) => `  ${message}`).join('\n');
    throw new HarnessError('E_DATA_INVALID', `${argv.file} is not valid ${argv.type} data:\n${list}`);
  }
  process.stdout.write(`✓ ${argv.file}: ${samples} valid ${argv.type} samples\n`);
}

export async function statsFromCommandLine(argv: StatsArguments): Promise<void> {
  const statistics = await getDataStatistics(argv.file);
  if (argv.json) {
    process.stdout.write(`${JSON.stringify(statistics)}\n`);
    return;
  }
  const width = Math.max(...Object.keys(statistics).map((key) => key.length));
  for (const [key, value] of Object.entries(statistics)) {
    process.stdout.write(`${key.padEnd(width)}  ${Number.isInteger(value) ? value : value.toFixed(2)}\n`);
  }
}
