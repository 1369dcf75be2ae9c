/** harness data fetch and list: options and help; the work is imported when they run. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const fetchOptions = (yargs: Argv<object>) =>
  yargs
    .positional('name', {
      describe: 'Set, as `harness data list` names it',
      type: 'string',
      demandOption: true,
    })
    .option('accept-licence', {
      describe: 'Accept the licence of the set, which is shown without this',
      type: 'boolean',
      default: false,
    })
    .option('from', {
      describe: 'File or folder here in place of a download',
      type: 'string',
      requiresArg: true,
    })
    .option('few-shot', {
      describe: 'Worked examples before each question [default: as published]',
      type: 'number',
      requiresArg: true,
    })
    .option('unpinned', {
      describe: 'Take files other than those the recipe pins; they are marked unverified',
      type: 'boolean',
      default: false,
    })
    .option('json', jsonOption('what was fetched'))
    .example('$0 data fetch xstest', 'what it is, and under which licence')
    .example('$0 data fetch xstest --accept-licence', 'then `harness run standard/xstest` runs it')
    .example('$0 data fetch gsm8k --from test.jsonl --few-shot 0 --accept-licence', 'a file that is here')
    .epilogue(
      'Files go to .harness/datasets (HARNESS_HOME moves it). HF_ENDPOINT and GITHUB_RAW_ENDPOINT name mirrors.',
    );

type FetchOptions = ReturnType<typeof fetchOptions> extends Argv<infer T> ? T : never;
export type FetchArguments = ArgumentsCamelCase<FetchOptions>;

export const fetchCommand: CommandModule<object, FetchOptions> = {
  command: 'fetch <name>',
  describe: 'Fetch a standard evaluation set, check it and make samples of it',
  builder: fetchOptions,
  handler: async (argv) => {
    const { fetchFromCommandLine } = await import('../sets-from-command-line.ts');
    await fetchFromCommandLine(argv);
  },
};

const listOptions = (yargs: Argv<object>) =>
  yargs
    .option('json', jsonOption('the recipes'))
    .example('$0 data list', 'standard sets, their licences, and which are here');

type ListOptions = ReturnType<typeof listOptions> extends Argv<infer T> ? T : never;
export type ListArguments = ArgumentsCamelCase<ListOptions>;

export const listCommand: CommandModule<object, ListOptions> = {
  command: 'list',
  describe: 'List the standard sets that can be fetched, and those that were',
  builder: listOptions,
  handler: async (argv) => {
    const { listFromCommandLine } = await import('../sets-from-command-line.ts');
    await listFromCommandLine(argv);
  },
};
