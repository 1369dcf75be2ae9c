/** The command line: one table of commands. Each command's file holds its options and help; what it does is
 *  imported when it runs, so that --help loads neither engine nor runner. */
import yargs, { type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { dataCommand } from './commands/data.ts';
import { generateCommand } from './commands/generate.ts';
import { modelsCommand } from './commands/models.ts';
import { promoteCommand } from './commands/promote.ts';
import { reportCommand } from './commands/report.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { scoreCommand } from './commands/score.ts';
import { serveCommand } from './commands/serve.ts';
import { trainCommand } from './commands/train.ts';
import { HarnessError } from '../errors.ts';
import { reportError } from './report-error.ts';

// eslint-disable-next-line typescript/no-explicit-any -- yargs types a table of commands by any
const commands: readonly CommandModule<object, any>[] = [
  dataCommand,
  generateCommand,
  modelsCommand,
  promoteCommand,
  reportCommand,
  rollbackCommand,
  runCommand,
  scoreCommand,
  serveCommand,
  trainCommand,
];

/** An option that takes one value and is given two: whichever won would surprise somebody. */
function refuseRepeated(argv: Readonly<Record<string, unknown>>, options: unknown): true {
  const { array } = options as { readonly array: readonly string[] };
  const repeated = Object.keys(argv).find(
    (name) => name !== '_' && Array.isArray(argv[name]) && !array.includes(name),
  );
  if (repeated === undefined) return true;
  throw new HarnessError('E_USAGE', `--${repeated} is given more than once`);
}

const parser = yargs(hideBin(process.argv))
  .scriptName('harness')
  .usage('$0 <command>\n\nDecide, with evidence, whether a language model may go to production.')
  .command([...commands])
  .demandCommand(1, 'Name a command.')
  .recommendCommands()
  .strict()
  .parserConfiguration({ 'duplicate-arguments-array': true, 'parse-positional-numbers': false })
  .check(refuseRepeated)
  .wrap(Math.min(100, process.stdout.columns ?? 80))
  .help()
  .version()
  .fail((message, error) => {
    if (error) throw error;
    process.stderr.write(`${message}\n\nTry: harness --help\n`);
    process.exit(2);
  });

try {
  await parser.parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
