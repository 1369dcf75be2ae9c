/** harness merge: options and help; reading and judging are imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('dirs', {
      describe: 'Folders of all parts, written by harness run --shard',
      type: 'string',
      array: true,
      demandOption: true,
    })
    .option('out', {
      describe: 'Run folder [default: .harness/runs/<time>-<model>]',
      type: 'string',
      requiresArg: true,
    })
    .option('json', jsonOption('the verdict'))
    .example('$0 merge part-1 part-2 part-3 --out run', 'three parts, one verdict');

export type MergeArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const mergeCommand: CommandModule<object, MergeArguments> = {
  builder: options,
  handler: async (argv) => {
    const { mergeFromCommandLine } = await import('../merge-from-command-line.ts');
    await mergeFromCommandLine(argv);
  },
};
