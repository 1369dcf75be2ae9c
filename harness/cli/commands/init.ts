/** harness init: options and help; writing is imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('folder', { describe: 'Where the project is', type: 'string', default: '.' })
    .option('form', {
      describe: 'How tasks are declared: yaml without code, or typescript with tests beside them',
      choices: ['yaml', 'typescript'] as const,
      default: 'yaml' as const,
      requiresArg: true,
    })
    .option('hooks', { describe: 'A commit hook too, in .githooks', type: 'boolean', default: false })
    .option('force', { describe: 'Write over files that differ', type: 'boolean', default: false })
    .option('json', jsonOption('what was written'))
    .example('$0 init', 'a task, gates and a workflow, in the current folder')
    .example('$0 init evaluation --form typescript --hooks', 'with tests and a commit hook');

export type InitArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const initCommand: CommandModule<object, InitArguments> = {
  builder: options,
  handler: async (argv) => {
    const { initFromCommandLine } = await import('../init-from-command-line.ts');
    await initFromCommandLine(argv);
  },
};
