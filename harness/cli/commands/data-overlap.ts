/** harness data overlap: options and help; the work is imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .positional('files', {
      describe: 'Training data: .jsonl, .json, .csv or .parquet',
      type: 'string',
      array: true,
      demandOption: true,
    })
    .option('sets', {
      describe: 'Folder of further evaluation sets, each as <name>/data.jsonl',
      type: 'string',
      requiresArg: true,
    })
    .option('embeddings', {
      describe:
        'Find paraphrases too, from this cosine on (0.95); takes time: every text against every sample',
      type: 'number',
      requiresArg: true,
    })
    .option('json', jsonOption('the overlaps'))
    .example(
      '$0 data overlap train.jsonl',
      'bundled and fetched sets: exit code 1 where one is contaminated',
    );

type OverlapOptions = ReturnType<typeof options> extends Argv<infer T> ? T : never;
export type OverlapArguments = ArgumentsCamelCase<OverlapOptions>;

export const overlapCommand: CommandModule<object, OverlapOptions> = {
  command: 'overlap <files..>',
  describe: 'Find evaluation samples in training data: canaries, n-grams, whole texts, paraphrases',
  builder: options,
  handler: async (argv) => {
    const { overlapFromCommandLine } = await import('../overlap-from-command-line.ts');
    await overlapFromCommandLine(argv);
  },
};
