/** harness generate: options and help; the model is opened when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { concurrencyOption, deviceOption, dtypeOption, modelOption, seedOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .options({
      model: { ...modelOption, default: 'tiny-chat' },
      prompt: { describe: 'Prompt to answer', type: 'string', requiresArg: true },
      prompts: {
        describe: 'JSON Lines file, {"prompt": "…"} or {"messages": […]} a line',
        type: 'string',
        requiresArg: true,
      },
      'max-tokens': {
        describe: 'Most tokens to generate [default: 128, or what fits]',
        type: 'number',
        requiresArg: true,
      },
      temperature: {
        describe: '0 is greedy; up to 2',
        type: 'number',
        default: 0,
        requiresArg: true,
      },
      'top-p': {
        describe: 'Sample from the smallest set of tokens of this probability',
        type: 'number',
        default: 1,
        requiresArg: true,
      },
      'top-k': {
        describe: 'Sample from this many tokens; 0 is all',
        type: 'number',
        default: 0,
        requiresArg: true,
      },
      'min-p': {
        describe: "Drop tokens below this share of the most likely one's probability",
        type: 'number',
        default: 0,
        requiresArg: true,
      },
      'repetition-penalty': {
        describe: 'Above 1, tokens of prompt and answer become less likely',
        type: 'number',
        default: 1,
        requiresArg: true,
      },
      'presence-penalty': {
        describe: 'Subtract this from logits of tokens that the answer holds',
        type: 'number',
        default: 0,
        requiresArg: true,
      },
      'frequency-penalty': {
        describe: 'Subtract this once for each time the answer holds a token',
        type: 'number',
        default: 0,
        requiresArg: true,
      },
      stop: {
        describe: 'End before this text; may be repeated',
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
      },
      'json-schema': {
        describe: 'File with a JSON Schema: each answer that ends is valid against it',
        type: 'string',
        requiresArg: true,
      },
      seed: seedOption('sampling'),
      chat: {
        describe: 'Apply the chat template of the model; --no-chat continues the prompt as it stands',
        type: 'boolean',
        default: true,
      },
      raw: { describe: 'The same as --no-chat', type: 'boolean', default: false },
      logprobs: {
        describe: 'With --json: the log-probability of each token',
        type: 'boolean',
        default: false,
      },
      concurrency: concurrencyOption('Prompts'),
      device: deviceOption,
      dtype: dtypeOption,
      json: {
        describe: 'Print {text, tokens, usage, finishReason} a line, in the order of the prompts',
        type: 'boolean',
        default: false,
      },
    })
    .example('$0 generate --prompt "What is the capital of France?"', 'ask the bundled model')
    .example(
      '$0 generate --model model.gguf --prompts prompts.jsonl --json --max-tokens 64',
      'answer a file of prompts',
    );

type Options = ReturnType<typeof options> extends Argv<infer T> ? T : never;
export type GenerateArguments = ArgumentsCamelCase<Options>;

export const generateCommand: CommandModule<object, Options> = {
  builder: options,
  handler: async (argv) => {
    const { generateFromCommandLine } = await import('../generate-from-command-line.ts');
    await generateFromCommandLine(argv);
  },
};
