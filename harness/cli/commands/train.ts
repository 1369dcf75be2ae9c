/** harness train: options and help; training itself is imported when it starts. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { deviceOption, jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .option('config', {
      describe: 'YAML file with the sections model, training and data',
      type: 'string',
      demandOption: true,
      requiresArg: true,
    })
    .option('device', { ...deviceOption, describe: 'auto, cpu, webgpu or cuda; auto is cpu [default: auto]' })
    .option('resume', {
      describe: 'Go on from a checkpoint-N folder',
      type: 'string',
      requiresArg: true,
    })
    .option('threads', {
      describe: 'Cores to use [default: all]',
      type: 'number',
      requiresArg: true,
    })
    .option('tensorboard', {
      describe: 'Write curves for TensorBoard into tensorboard/ of the output folder',
      type: 'boolean',
      default: false,
    })
    .option('mlflow', {
      describe: 'Log to the MLflow tracking server at this URI; it may need MLFLOW_TRACKING_TOKEN',
      type: 'string',
      requiresArg: true,
    })
    .option('on-overlap', {
      describe: 'Evaluation samples in the training data: warn, refuse to train, or ignore them',
      choices: ['warn', 'refuse', 'ignore'] as const,
      default: 'warn' as const,
      requiresArg: true,
    })
    .option('json', jsonOption('the result'))
    .example('$0 train --config train.yaml', 'train, with checkpoints in training.output_dir')
    .example('$0 train --config train.yaml --resume output/checkpoint-500', 'go on after an interruption');

type Options = ReturnType<typeof options> extends Argv<infer T> ? T : never;
export type TrainArguments = ArgumentsCamelCase<Options>;

export const trainCommand: CommandModule<object, Options> = {
  builder: options,
  handler: async (argv) => {
    const { trainFromCommandLine } = await import('../train-from-command-line.ts');
    await trainFromCommandLine(argv);
  },
};
