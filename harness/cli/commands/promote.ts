/** harness promote: options and help; the registry is imported when it is asked. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption, reasonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('model', {
      describe: 'Model reference: the very model that was evaluated',
      type: 'string',
      demandOption: true,
    })
    .option('to', {
      describe: 'Alias to move, such as production',
      type: 'string',
      demandOption: true,
      requiresArg: true,
    })
    .option('run', {
      describe: 'Run folder whose verdict is the evidence',
      type: 'string',
      demandOption: true,
      requiresArg: true,
    })
    .option('name', {
      describe: "Name in the registry [default: the model's name in the run]",
      type: 'string',
      requiresArg: true,
    })
    .option('policy', {
      describe: "Policy file that has to hold besides the registry's own policy.yaml",
      type: 'string',
      requiresArg: true,
    })
    .option('review', {
      describe: 'Review of this run, saved from its report.html; may be repeated',
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      requiresArg: true,
    })
    .option('override', {
      describe:
        'Promote although rules do not hold; needs --reason and a policy that lets you, and stays on record',
      type: 'boolean',
      default: false,
    })
    .option('reason', reasonOption)
    .option('json', jsonOption('the move'))
    .example(
      '$0 promote tiny-chat --to production --run .harness/runs/2026-11-22T18-00-00-tiny-chat',
      'refused, with exit code 1, unless that run passed with exactly this model',
    );

export type PromoteArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const promoteCommand: CommandModule<object, PromoteArguments> = {
  builder: options,
  handler: async (argv) => {
    const { promoteFromCommandLine } = await import('../registry-from-command-line.ts');
    await promoteFromCommandLine(argv);
  },
};
