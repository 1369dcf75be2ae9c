/** harness score: options and help; metrics are imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { seedOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .option('metrics', {
      describe: 'Scores to compute, separated by commas; --list names them all',
      type: 'string',
      defaultDescription: 'bleu,chrf,rouge1,rouge2,rougeL,exactMatch,tokenF1',
      requiresArg: true,
    })
    .option('option', {
      describe: 'Option of a metric as name=value, such as bleu.tokenize=zh; may be repeated',
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
    })
    .option('seed', seedOption('the bootstrap intervals of BLEU, chrF and TER'))
    .option('list', {
      describe: 'Print what each score and option is instead',
      type: 'boolean',
      default: false,
    })
    .option('json', {
      describe: 'Print the list as JSON; scores are JSON always',
      type: 'boolean',
      default: false,
    })
    .example(
      `echo '{"hypothesis":"The cat sat.","references":["The cat sat down."]}' | $0 score --metrics bleu,rougeL`,
      'rows, corpus with intervals, signatures and reasons, as one JSON object',
    )
    .example('$0 score --list', 'what each score is, its range and its source');

export type ScoreArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const scoreCommand: CommandModule<object, ScoreArguments> = {
  builder: options,
  handler: async (argv) => {
    const { scoreFromCommandLine } = await import('../score-from-command-line.ts');
    await scoreFromCommandLine(argv);
  },
};
