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
    .option('compare', {
      describe:
        'JSON Lines of another system on the same lines, to compare with: differences with intervals and p-values',
      type: 'string',
      requiresArg: true,
    })
    .option('judge', {
      describe: 'Model that judges: any model reference; without --metrics it gives judge.rubric',
      type: 'string',
      requiresArg: true,
    })
    .option('rubric', {
      describe: 'File that tells the judge what is good and what is bad',
      type: 'string',
      requiresArg: true,
    })
    .option('seed', seedOption('all draws (intervals, tests), and of the votes of a judge'))
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
    .example(
      '$0 score --metrics ece,brier --option ece.bins=10 < answers.jsonl',
      'calibration of lines {"confidence": 0.8, "correct": true}',
    )
    .example(
      '$0 score --judge http://localhost:8000/v1#judge --rubric rubric.md --option judge.votes=3 < answers.jsonl',
      'verdicts on {"source": "…", "hypothesis": "…", "human": 4}, with cost and agreement',
    )
    .example(
      '$0 score --metrics bleu,chrf,exactMatch --compare baseline.jsonl --seed 12345 < model.jsonl',
      "paired differences: BLEU and chrF by sacrebleu's two tests, exact match by McNemar's",
    )
    .example('$0 score --list', 'what each score, option and field is, with range and source');

export type ScoreArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const scoreCommand: CommandModule<object, ScoreArguments> = {
  builder: options,
  handler: async (argv) => {
    const { scoreFromCommandLine } = await import('../score-from-command-line.ts');
    await scoreFromCommandLine(argv);
  },
};
