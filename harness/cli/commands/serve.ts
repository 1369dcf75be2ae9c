/** harness serve: options and help; the server is imported when it starts. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { deviceOption, dtypeOption, jsonOption, modelOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .option('config', {
      describe: 'YAML file with the sections model and serving',
      type: 'string',
      requiresArg: true,
    })
    .option('model', { ...modelOption, describe: `${modelOption.describe}; in place of model.name` })
    .option('device', deviceOption)
    .option('dtype', dtypeOption)
    .option('beside', {
      describe: 'Model reference to serve as well, under a name of its own; may be given several times',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('host', {
      describe: 'Address to listen on [default: 127.0.0.1]',
      type: 'string',
      requiresArg: true,
    })
    .option('port', {
      describe: 'Port to listen on; 0 takes a free one [default: 8001]',
      type: 'number',
      requiresArg: true,
    })
    .option('follow', {
      describe: 'Look every so many seconds whether the alias has moved [default: at SIGHUP only]',
      type: 'number',
      requiresArg: true,
    })
    .option('json', jsonOption('the address'))
    .epilogue(
      'A key in SERVING_API_KEY turns authentication on. Of an alias, SIGHUP (kill -HUP) serves what it points at by now: the new model is loaded beside the old one, which answers what is in flight.',
    )
    .example('$0 serve --model tiny-chat', 'serve the bundled model')
    .example('$0 serve --model @production --follow 30', 'serve what production points at, and keep with it')
    .example(
      '$0 serve --model @production --beside ./checkpoint',
      'two models, to be compared in the playground',
    )
    .example('$0 serve --model model.gguf --dtype int8', 'serve it in a quarter of the memory')
    .example('$0 serve --config serve.yaml --port 0', 'serve what the file names, on a free port');

export type ServeArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const serveCommand: CommandModule<object, ServeArguments> = {
  builder: options,
  handler: async (argv) => {
    const { serveFromCommandLine } = await import('../serve-from-command-line.ts');
    await serveFromCommandLine(argv);
  },
};
