/** harness compare: options and help; reading and comparing are imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('baseline', {
      describe: 'Run folder to compare with, written by harness run',
      type: 'string',
      demandOption: true,
    })
    .positional('model', { describe: 'Run folder of the model', type: 'string', demandOption: true })
    .option('out', {
      describe: "HTML page to write [default: comparison.html in the model's folder]",
      type: 'string',
      requiresArg: true,
    })
    .option('json', jsonOption('the comparison, without samples,'))
    .epilogue(
      'Ends with 0 where no metric is shown to be worse, 1 where one is, 3 where nothing could be compared. That no\n' +
        'difference shows does not say that there is none: harness run --baseline holds one against a margin.',
    )
    .example('$0 compare runs/monday runs/tuesday', 'what changed, metric by metric, with intervals');

export type CompareArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const compareCommand: CommandModule<object, CompareArguments> = {
  builder: options,
  handler: async (argv) => {
    const { compareFromCommandLine } = await import('../compare-from-command-line.ts');
    await compareFromCommandLine(argv);
  },
};
