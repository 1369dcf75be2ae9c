/** harness rollback: options and help; the registry is imported when it is asked. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption, reasonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('alias', { describe: 'Alias to move back', type: 'string', demandOption: true })
    .option('reason', reasonOption)
    .option('json', jsonOption('{from, to}'))
    .example('$0 rollback production --reason "wrong answers in German"', 'back to the version before');

export type RollbackArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const rollbackCommand: CommandModule<object, RollbackArguments> = {
  builder: options,
  handler: async (argv) => {
    const { rollbackFromCommandLine } = await import('../registry-from-command-line.ts');
    await rollbackFromCommandLine(argv);
  },
};
