/** harness power: options and help; what it plans with is imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import {
  datasetsOption,
  gatesOption,
  jsonOption,
  limitOption,
  repeatsOption,
  seedOption,
} from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('suites', {
      describe: 'quality, performance, api, e2e; all when none is named',
      type: 'string',
      array: true,
    })
    .option('gates', gatesOption)
    .option('datasets', datasetsOption)
    .option('limit', limitOption)
    .option('repeats', { ...repeatsOption, default: 1 })
    .option('from', {
      alias: 'baseline-run',
      describe: 'Run folder whose scores show the spread [default: assumptions, which are named]',
      type: 'string',
      requiresArg: true,
    })
    .option('power', {
      describe: 'Wanted chance of finding what there is to find',
      type: 'number',
      default: 0.8,
      requiresArg: true,
    })
    .option('confidence', {
      describe: 'Of the interval whose bound decides [default: that of the gates file]',
      type: 'number',
      requiresArg: true,
    })
    .option('sd', {
      describe: 'Standard deviation of the scores, or of the differences of pairs',
      type: 'number',
      requiresArg: true,
    })
    .option('icc', {
      describe: 'Correlation of two scores of a cluster, 0 to 1',
      type: 'number',
      requiresArg: true,
    })
    .option('margin', {
      describe: 'Plan one comparison without a gates file: the drop that is still acceptable',
      type: 'number',
      requiresArg: true,
    })
    .option('n', { describe: 'With --margin: the pairs there will be', type: 'number', requiresArg: true })
    .option('cluster-size', {
      describe: 'With --margin: samples in a cluster',
      type: 'number',
      default: 1,
      requiresArg: true,
    })
    .option('aa', {
      describe:
        'Run folder with repeats: how often the gates would raise a false alarm, or pass a model worse by the margin',
      type: 'string',
      requiresArg: true,
    })
    .option('resamples', {
      describe: 'With --aa: times the gates are judged',
      type: 'number',
      default: 400,
      requiresArg: true,
    })
    .option('seed', seedOption('--limit and --aa'))
    .option('json', jsonOption('the plan'))
    .example('$0 power quality', 'what the gates can tell with the bundled datasets')
    .example(
      '$0 power --margin 0.05 --sd 0.3 --icc 0.2 --cluster-size 4',
      'how many pairs a comparison needs',
    )
    .example('$0 power --from .harness/runs/2026-11-22T18-45-33-tiny-chat', 'with the spread seen in a run');

type Options = ReturnType<typeof options> extends Argv<infer T> ? T : never;
export type PowerArguments = ArgumentsCamelCase<Options>;

export const powerCommand: CommandModule<object, Options> = {
  builder: options,
  handler: async (argv) => {
    const { powerFromCommandLine } = await import('../power-from-command-line.ts');
    await powerFromCommandLine(argv);
  },
};
