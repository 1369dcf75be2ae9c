/** harness bench: options and help; the model is opened when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { deviceOption, jsonOption, modelOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .option('model', { ...modelOption, default: 'tiny-chat' })
    .option('device', deviceOption)
    .option('dtype', {
      describe: 'Precisions to compare, separated by commas',
      type: 'string',
      default: 'float32,int8,int4',
      requiresArg: true,
    })
    .option('rounds', {
      describe: 'Times each figure is taken; medians are shown',
      type: 'number',
      default: 5,
      requiresArg: true,
    })
    .option('json', jsonOption('all figures'))
    .example('$0 bench', 'measure the bundled model')
    .example('$0 bench --model model.gguf --dtype int8,int4 --json', 'compare two precisions of a model');

export type BenchArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const benchCommand: CommandModule<object, BenchArguments> = {
  builder: options,
  handler: async (argv) => {
    const { benchFromCommandLine } = await import('../bench-from-command-line.ts');
    await benchFromCommandLine(argv);
  },
};
