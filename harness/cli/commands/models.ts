/** harness models: options and help of its subcommands; the registry is imported when it is asked. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const listOptions = (yargs: Argv<object>) =>
  yargs
    .option('json', jsonOption('versions and aliases'))
    .example('$0 models', 'what is there and where each alias points');

export type ListArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof listOptions>['argv']>>;

const listCommand: CommandModule<object, ListArguments> = {
  command: ['list', '$0'],
  describe: 'List versions, aliases and their moves',
  builder: listOptions,
  handler: async (argv) => {
    const { listFromCommandLine } = await import('../models-from-command-line.ts');
    await listFromCommandLine(argv);
  },
};

const versionPositional = {
  describe: 'name@version or @alias',
  type: 'string',
  demandOption: true,
} as const;

const showOptions = (yargs: Argv<object>) =>
  yargs
    .positional('model', versionPositional)
    .option('json', jsonOption('the version'))
    .example('$0 models show @production', 'files, lineage, evidence and moves of what it points at');

export type ShowArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof showOptions>['argv']>>;

const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <model>',
  describe: 'Show a version: its digests, where it comes from, what it was promoted on',
  builder: showOptions,
  handler: async (argv) => {
    const { showFromCommandLine } = await import('../models-from-command-line.ts');
    await showFromCommandLine(argv);
  },
};

const historyOptions = (yargs: Argv<object>) =>
  yargs
    .positional('alias', { describe: 'Alias', type: 'string', demandOption: true })
    .option('json', jsonOption('the moves'))
    .example('$0 models history production', 'who moved it where, when and why');

export type HistoryArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof historyOptions>['argv']>>;

const historyCommand: CommandModule<object, HistoryArguments> = {
  command: 'history <alias>',
  describe: 'Show all moves of an alias, overrides marked',
  builder: historyOptions,
  handler: async (argv) => {
    const { historyFromCommandLine } = await import('../models-from-command-line.ts');
    await historyFromCommandLine(argv);
  },
};

const verifyOptions = (yargs: Argv<object>) =>
  yargs
    .option('json', jsonOption('what is found'))
    .example('$0 models verify', 'exit code 3 if a single byte is not as it was');

export type VerifyArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof verifyOptions>['argv']>>;

const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify',
  describe: 'Read models and evidence again and compare their digests',
  builder: verifyOptions,
  handler: async (argv) => {
    const { verifyFromCommandLine } = await import('../models-from-command-line.ts');
    await verifyFromCommandLine(argv);
  },
};

const importOptions = (yargs: Argv<object>) =>
  yargs
    .positional('model', { describe: 'Model reference', type: 'string', demandOption: true })
    .option('name', {
      describe: "Name in the registry [default: the model's]",
      type: 'string',
      requiresArg: true,
    })
    .option('base', {
      describe: 'Model reference that it was trained from, for its lineage',
      type: 'string',
      requiresArg: true,
    })
    .option('data', {
      describe: 'File it was trained on, for its lineage; may be repeated',
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
    })
    .option('json', jsonOption('the version'))
    .example('$0 models import ./candidate --name chat', 'then: harness run --model registry:chat@1');

export type ImportArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof importOptions>['argv']>>;

const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <model>',
  describe: 'Take a model into the registry as a new version; no alias moves',
  builder: importOptions,
  handler: async (argv) => {
    const { importFromCommandLine } = await import('../models-from-command-line.ts');
    await importFromCommandLine(argv);
  },
};

const gcOptions = (yargs: Argv<object>) =>
  yargs
    .option('keep-days', {
      describe: 'Keep versions that no alias ever pointed at this long after their import',
      type: 'number',
      default: 30,
      requiresArg: true,
    })
    .option('yes', {
      describe: 'Collect; without it, only tell what would be',
      type: 'boolean',
      default: false,
    })
    .option('json', jsonOption('what is collected'))
    .example('$0 models gc', 'what nobody needs, and its bytes')
    .example('$0 models gc --yes', 'free them');

type GcOptions = ReturnType<typeof gcOptions> extends Argv<infer T> ? T : never;
export type GcArguments = ArgumentsCamelCase<GcOptions>;

const gcCommand: CommandModule<object, GcOptions> = {
  command: 'gc',
  describe: 'Collect what no alias, no history and no recent version needs',
  builder: gcOptions,
  handler: async (argv) => {
    const { gcFromCommandLine } = await import('../models-from-command-line.ts');
    await gcFromCommandLine(argv);
  },
};

const exportOptions = (yargs: Argv<object>) =>
  yargs
    .positional('model', versionPositional)
    .option('mlflow', {
      describe: 'URI of an MLflow tracking server',
      type: 'string',
      demandOption: true,
      requiresArg: true,
    })
    .option('source', {
      describe:
        'Where MLflow finds the files, such as s3://…; without it, they are uploaded through the server',
      type: 'string',
      requiresArg: true,
    })
    .option('json', jsonOption('what is there now'))
    .epilogue(
      'Credentials come from MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD. MLflow can hand out the files (a Hugging Face folder or a GGUF file), not load them as a pyfunc.',
    )
    .example(
      '$0 models export @production --mlflow http://127.0.0.1:5000',
      'the version, its evidence, the alias',
    );

export type ExportArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof exportOptions>['argv']>>;

const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <model>',
  describe: "Copy a version with its evidence to MLflow's model registry",
  builder: exportOptions,
  handler: async (argv) => {
    const { exportFromCommandLine } = await import('../models-from-command-line.ts');
    await exportFromCommandLine(argv);
  },
};

export const modelsCommand: CommandModule = {
  builder: (yargs) =>
    yargs
      .command(listCommand)
      .command(showCommand)
      .command(historyCommand)
      .command(verifyCommand)
      .command(importCommand)
      .command(gcCommand)
      .command(exportCommand)
      .example('$0 models', 'what is there and where each alias points'),
  handler: () => {},
};
