/** harness data: options and help of its subcommands; each does its work in a module imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { overlapCommand } from './data-overlap.ts';
import { fetchCommand, listCommand } from './data-sets.ts';
import { jsonOption, seedOption } from './options.ts';

const TEST_DATA_TYPES = ['chat', 'instruction', 'dpo'] as const;
const GENERATED = [...TEST_DATA_TYPES, 'all', 'paraphrases', 'tiny-chat', 'evaluation'] as const;

const EVERY_TYPE: (typeof GENERATED)[number] = 'all';

const generateOptions = (yargs: Argv<object>) =>
  yargs
    .option('type', {
      describe:
        'chat, instruction or dpo; all three; questions in several wordings; training data of the bundled model; the bundled evaluation sets',
      choices: GENERATED,
      default: EVERY_TYPE,
      requiresArg: true,
    })
    .option('count', {
      describe: 'Samples [default: chat 100, instruction 50, dpo 30, paraphrases 60, tiny-chat 100000]',
      type: 'number',
      requiresArg: true,
    })
    .option('seed', {
      ...seedOption('the generator; the evaluation sets have one of their own'),
      default: 42,
    })
    .option('out', {
      describe: 'File of one type [default: stdout]; folder of several [default: ./test_data]',
      type: 'string',
      requiresArg: true,
    })
    .example('$0 data generate --type chat --count 20 --out chat.jsonl', 'twenty lines of chat')
    .example('$0 data generate --type tiny-chat --out ./tiny-chat-data', 'train.jsonl and validation.jsonl');

export type GenerateArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof generateOptions>['argv']>>;

const generateCommand: CommandModule<object, GenerateArguments> = {
  command: 'generate',
  describe: 'Write synthetic test data, the same for the same seed',
  builder: generateOptions,
  handler: async (argv) => {
    const { generateFromCommandLine } = await import('../data-from-command-line.ts');
    await generateFromCommandLine(argv);
  },
};

const validateOptions = (yargs: Argv<object>) =>
  yargs
    .positional('file', { describe: 'JSON Lines file', type: 'string', demandOption: true })
    .option('type', {
      describe: 'Kind of data in the file',
      choices: TEST_DATA_TYPES,
      demandOption: true,
      requiresArg: true,
    })
    .option('against', {
      describe: 'Another file of the type, such as held-out data: what both ask is a leak',
      type: 'string',
      requiresArg: true,
    })
    .option('max-words', {
      describe: 'Words of a field above which it is called long',
      type: 'number',
      default: 1000,
      requiresArg: true,
    })
    .option('strict', { describe: 'Take warnings for faults', type: 'boolean', default: false })
    .option('json', jsonOption('{valid, samples, faults, warnings}'))
    .example('$0 data validate chat.jsonl --type chat', 'every fault with its line');

type ValidateOptions = ReturnType<typeof validateOptions> extends Argv<infer T> ? T : never;
export type ValidateArguments = ArgumentsCamelCase<ValidateOptions>;

const validateCommand: CommandModule<object, ValidateOptions> = {
  command: 'validate <file>',
  describe: 'Check a data file: all faults and warnings at once, exit code 2 if there is a fault',
  builder: validateOptions,
  handler: async (argv) => {
    const { validateFromCommandLine } = await import('../data-from-command-line.ts');
    await validateFromCommandLine(argv);
  },
};

const statsOptions = (yargs: Argv<object>) =>
  yargs
    .positional('file', { describe: 'JSON Lines file', type: 'string', demandOption: true })
    .option('json', jsonOption('the statistics'))
    .example('$0 data stats chat.jsonl', 'sizes and average lengths in words');

export type StatsArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof statsOptions>['argv']>>;

const statsCommand: CommandModule<object, StatsArguments> = {
  command: 'stats <file>',
  describe: 'Count samples, words, distinct texts, vocabulary and languages of a data file',
  builder: statsOptions,
  handler: async (argv) => {
    const { statsFromCommandLine } = await import('../data-from-command-line.ts');
    await statsFromCommandLine(argv);
  },
};

export const dataCommand: CommandModule = {
  builder: (yargs) =>
    yargs
      .command(generateCommand)
      .command(validateCommand)
      .command(statsCommand)
      .command(listCommand)
      .command(overlapCommand)
      .command(listCommand)
      .command(fetchCommand)
      .demandCommand(1, 'Name what to do: generate, validate, stats, overlap, list or fetch.')
      .example('$0 data generate --type chat --count 5', 'five lines of chat on standard output'),
  handler: () => {},
};
