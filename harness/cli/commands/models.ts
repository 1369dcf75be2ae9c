/** harness models: options and help; the registry is imported when it is asked. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const ACTIONS = ['list', 'verify'] as const;
const LIST: (typeof ACTIONS)[number] = 'list';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('action', {
      describe: 'list: versions and aliases; verify: read all files again and compare their digests',
      choices: ACTIONS,
      default: LIST,
    })
    .option('json', jsonOption('what is found'))
    .example('$0 models', 'what is there and where each alias points')
    .example('$0 models verify', 'exit code 3 if a single byte is not as it was');

export type ModelsArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const modelsCommand: CommandModule<object, ModelsArguments> = {
  builder: options,
  handler: async (argv) => {
    const { modelsFromCommandLine } = await import('../registry-from-command-line.ts');
    await modelsFromCommandLine(argv);
  },
};
