/** harness run: options and help; the run itself is imported when it starts. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import {
  concurrencyOption,
  datasetsOption,
  deviceOption,
  dtypeOption,
  gatesOption,
  jsonOption,
  limitOption,
  modelOption,
  repeatsOption,
  seedOption,
} from './options.ts';

/** A second look asks what the first declared: another question set or model would be another run. */
const NOT_WITH_EXTEND = [
  'resume',
  'out',
  'second-look',
  'baseline',
  'gates',
  'limit',
  'datasets',
  'training-data',
  'device',
  'dtype',
  'baseline-dtype',
  'when',
  'shard',
];

/** Not a default of yargs: what was named must not contradict a run that is reopened. */
const { default: _, ...seed } = seedOption('sampling and of --limit');

const options = (yargs: Argv<object>) =>
  yargs
    .positional('suites', {
      describe:
        'quality, performance, api, e2e, those of ./suites, or a task as suite/task; all when none is named',
      type: 'string',
      array: true,
    })
    .option('model', { ...modelOption, defaultDescription: 'tiny-chat' })
    .option('baseline', {
      describe: 'Model reference to compare with [default: @production, where there is one]',
      type: 'string',
      requiresArg: true,
    })
    .option('gates', gatesOption)
    .option('out', {
      describe: 'Run folder [default: .harness/runs/<time>-<model>]',
      type: 'string',
      requiresArg: true,
    })
    .option('limit', {
      ...limitOption,
      describe: `${limitOption.describe}; a limited run cannot be promoted`,
    })
    .option('seed', { ...seed, defaultDescription: '0' })
    .option('repeats', { ...repeatsOption, defaultDescription: '1' })
    .option('concurrency', concurrencyOption('Samples'))
    .option('when', {
      describe: 'Only the tasks that are worth their cost then [default: all]',
      choices: ['commit', 'daily', 'weekly', 'model', 'deploy', 'release'] as const,
      requiresArg: true,
    })
    .option('shard', {
      describe: 'Evaluate a part, such as 1/3; `harness merge` makes one run of all parts',
      type: 'string',
      requiresArg: true,
    })
    .option('cache', {
      describe:
        'Take answers that earlier runs had from the very same model; --no-cache, or HARNESS_NO_CACHE in the environment, asks for all anew',
      type: 'boolean',
      default: true,
    })
    .option('explode', {
      describe: 'One Playwright test a sample, told in samples.junit.xml; slower',
      type: 'boolean',
      default: false,
    })
    .option('datasets', datasetsOption)
    .option('training-data', {
      describe: 'File that the model was trained on: the report tells which samples stand in it',
      type: 'string',
      array: true,
      requiresArg: true,
    })
    .option('device', deviceOption)
    .option('dtype', dtypeOption)
    .option('baseline-dtype', {
      describe: "The baseline's dtype [default: as its alias was evaluated, else float32]",
      type: 'string',
      requiresArg: true,
    })
    .option('resume', {
      describe: 'Run folder of an interrupted run to go on with',
      type: 'string',
      requiresArg: true,
    })
    .option('second-look', {
      describe:
        'Declare a second look, for what the first leaves open: samples a task in all (400), 2x, or all [default: as the gates file has it]',
      type: 'string',
      requiresArg: true,
    })
    .option('extend', {
      describe: 'Run folder whose first look was inconclusive: take the second, which it declared',
      type: 'string',
      requiresArg: true,
    })
    .option('aa', {
      describe:
        'Ask each sample twice at least, then measure how often the gates raise a false alarm on the model against itself, and print that',
      type: 'boolean',
      default: false,
    })
    .option('keep-model', {
      describe: 'Where the run does not pass, copy the model into its folder failure/',
      type: 'boolean',
      default: false,
    })
    .conflicts('extend', NOT_WITH_EXTEND)
    .option('json', jsonOption('the verdict'))
    .example('$0 run', 'judge the bundled model with all suites')
    .example('$0 run quality --model ./model.gguf --limit 20', 'a first look at a model of yours')
    .example('$0 run --when commit', 'what is worth its cost at every commit')
    .example(
      '$0 run quality --limit 40 --second-look all --out r1',
      'if it ends inconclusive, `harness run --extend r1` asks the rest; both looks err as seldom as one',
    );

type Options = ReturnType<typeof options> extends Argv<infer T> ? T : never;
export type RunArguments = ArgumentsCamelCase<Options>;

export const runCommand: CommandModule<object, Options> = {
  builder: options,
  handler: async (argv) => {
    const { runFromCommandLine } = await import('../run-from-command-line.ts');
    await runFromCommandLine(argv);
  },
};
