/** harness run: options and help; the run itself is imported when it starts. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('suites', {
      describe: 'quality, performance, api, e2e; all when none is named',
      type: 'string',
      array: true,
    })
    .option('model', {
      describe: 'Model reference',
      type: 'string',
      default: 'tiny-chat',
      requiresArg: true,
    })
    .option('baseline', {
      describe: 'Model to compare with [default: @production, where there is one]',
      type: 'string',
      requiresArg: true,
    })
    .option('gates', {
      describe: 'Gates file [default: ./gates.yaml, else the bundled one]',
      type: 'string',
      requiresArg: true,
    })
    .option('out', {
      describe: 'Run folder [default: .harness/runs/<time>-<model>]',
      type: 'string',
      requiresArg: true,
    })
    .option('limit', {
      describe: 'Samples a task at most; such a run cannot be promoted',
      type: 'number',
      requiresArg: true,
    })
    .option('seed', {
      describe: 'Seed of sampling and of --limit',
      type: 'number',
      default: 0,
      requiresArg: true,
    })
    .option('repeats', {
      describe: 'Times each sample is asked',
      type: 'number',
      default: 1,
      requiresArg: true,
    })
    .option('concurrency', { describe: 'Samples in flight', type: 'number', default: 8, requiresArg: true })
    .option('datasets', {
      describe: 'Folder of datasets in place of the bundled ones',
      type: 'string',
      requiresArg: true,
    })
    .option('device', { describe: 'auto, cpu', type: 'string', requiresArg: true })
    .option('dtype', { describe: 'float32', type: 'string', requiresArg: true })
    .option('resume', { describe: 'Go on with an interrupted run', type: 'string', requiresArg: true })
    .option('json', { describe: 'Print the verdict as JSON', type: 'boolean', default: false })
    .example('$0 run', 'judge the bundled model with all suites')
    .example('$0 run quality --model ./model.gguf --limit 20', 'a first look at a model of yours');

export type RunArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run [suites..]',
  describe: 'Evaluate a model, judge it by the gates, write a report',
  builder: options,
  handler: async (argv) => {
    const { runFromCommandLine } = await import('../run-from-command-line.ts');
    await runFromCommandLine(argv);
  },
};
