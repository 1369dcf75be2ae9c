/** The commands as one table, and the parser of them. Each command's file holds its options and examples; what it does
 *  is imported when it runs. --help alone loads none of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { HarnessError } from '../errors.ts';
import { packageRoot } from '../tasks/package-root.ts';

interface CommandRow {
  readonly usage: string;
  readonly describe: string;
  // eslint-disable-next-line typescript/no-explicit-any -- yargs types a table of commands by any
  readonly load: () => Promise<CommandModule<object, any>>;
}

function packageVersion(): string {
  const manifest = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

export const commands: readonly CommandRow[] = [
  {
    usage: 'bench',
    describe: 'Measure the speed and memory of a model in each precision',
    load: async () => (await import('./commands/bench.ts')).benchCommand,
  },
  {
    usage: 'compare <baseline> <model>',
    describe: 'Compare two runs pair by pair: what changed, with intervals',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  {
    usage: 'completion <shell>',
    describe: 'Print the script that makes bash, zsh or fish complete commands and options',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  {
    usage: 'data',
    describe: 'Generate, validate and count test data',
    load: async () => (await import('./commands/data.ts')).dataCommand,
  },
  {
    usage: 'doctor',
    describe: 'Say what this machine can run, and how to mend the rest',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    usage: 'generate',
    describe: 'Generate text for one prompt or a file of prompts',
    load: async () => (await import('./commands/generate.ts')).generateCommand,
  },
  {
    usage: 'init [folder]',
    describe: 'Write a project with a task of its own, gates and a workflow',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    usage: 'load',
    describe: 'Put a server under load and tell whether it meets an objective',
    load: async () => (await import('./commands/load.ts')).loadCommand,
  },
  {
    usage: 'merge <dirs..>',
    describe: 'Make one run of the parts that run --shard wrote, and judge it',
    load: async () => (await import('./commands/merge.ts')).mergeCommand,
  },
  {
    usage: 'models',
    describe: 'List, show, verify, import, collect and export what the registry holds',
    load: async () => (await import('./commands/models.ts')).modelsCommand,
  },
  {
    usage: 'power [suites..]',
    describe: 'Say what the gates can tell with the samples there are, before any is spent',
    load: async () => (await import('./commands/power.ts')).powerCommand,
  },
  {
    usage: 'promote <model>',
    describe: 'Move an alias to a model, given a complete passing run of it',
    load: async () => (await import('./commands/promote.ts')).promoteCommand,
  },
  {
    usage: 'report <dir>',
    describe: 'Rebuild report.html, report.md and junit.xml of a run from its records',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    usage: 'rollback <alias>',
    describe: 'Return an alias to the version it pointed at before',
    load: async () => (await import('./commands/rollback.ts')).rollbackCommand,
  },
  {
    usage: 'run [suites..]',
    describe: 'Evaluate a model, judge it by the gates, write a report',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    usage: 'score',
    describe: 'Score texts against references: JSON Lines in, one JSON object out',
    load: async () => (await import('./commands/score.ts')).scoreCommand,
  },
  {
    usage: 'serve',
    describe: 'Serve a model over HTTP',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    usage: 'train',
    describe: 'Train a model from a configuration file',
    load: async () => (await import('./commands/train.ts')).trainCommand,
  },
];

/** The whole command where its name stands among the arguments, else its line in the help: only what is asked for
 *  is loaded. */
async function toModule(
  { usage, describe, load }: CommandRow,
  args: readonly string[],
): Promise<CommandModule> {
  const asked = args.includes(usage.split(' ')[0]!);
  return { command: usage, describe, handler: () => {}, ...(asked ? await load() : {}) };
}

/** An option that takes one value and is given two: whichever won would surprise somebody. */
function refuseRepeated(argv: Readonly<Record<string, unknown>>, options: unknown): true {
  const { array } = options as { readonly array: readonly string[] };
  const repeated = Object.keys(argv).find(
    (name) => name !== '_' && Array.isArray(argv[name]) && !array.includes(name),
  );
  if (repeated === undefined) return true;
  throw new HarnessError('E_USAGE', `--${repeated} is given more than once`);
}

/** Strict: what is not known is a fault. */
export async function createParser(args: readonly string[]): Promise<Argv> {
  return (
    yargs([...args])
      .scriptName('harness')
      .usage('$0 <command>\n\nDecide, with evidence, whether a language model may go to production.')
      .command(await Promise.all(commands.map((row) => toModule(row, args))))
      .demandCommand(1, 'Name a command.')
      .recommendCommands()
      .strict()
      .parserConfiguration({ 'duplicate-arguments-array': true, 'parse-positional-numbers': false })
      .check(refuseRepeated)
      .help()
      // Of this package: left to itself, yargs tells that of the project that the link in node_modules/.bin lies in.
      .version(packageVersion())
  );
}
