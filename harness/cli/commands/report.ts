/** harness report: options and help; reading and writing are imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('dir', {
      describe:
        'Run folder, written by harness run, or the output folder of harness train; with --history, the folder that holds many runs',
      type: 'string',
      demandOption: true,
    })
    .option('history', {
      describe:
        'Write history.html: the metrics of all runs in the folder over time, changes of level marked',
      type: 'boolean',
      default: false,
    })
    .option('open', { describe: 'Open report.html in the browser', type: 'boolean', default: false })
    .option('json', jsonOption('outcome and paths'))
    .example(
      '$0 report .harness/runs/2026-11-22T18-45-33-tiny-chat --open',
      'write the reports anew and look',
    )
    .example('$0 report .harness/runs --history', 'one page of all runs there');

export type ReportArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const reportCommand: CommandModule<object, ReportArguments> = {
  builder: options,
  handler: async (argv) => {
    const { reportFromCommandLine } = await import('../report-from-command-line.ts');
    await reportFromCommandLine(argv);
  },
};
