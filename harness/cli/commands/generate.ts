/** harness generate: options and help; the model is opened when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';

const options = (yargs: Argv<object>) =>
  yargs
    .option('model', {
      describe: 'Model reference: tiny-chat, a folder, a .gguf file, scripted:FILE, http://host/v1#model, …',
      type: 'string',
      default: 'tiny-chat',
      requiresArg: true,
    })
    .option('prompt', { describe: 'Prompt to answer', type: 'string', requiresArg: true })
    .option('prompts', {
      describe: 'JSON Lines file, {"prompt": "…"} or {"messages": […]} a line',
      type: 'string',
      requiresArg: true,
    })
    .option('max-tokens', {
      describe: 'Most tokens to generate [default: 128, or what fits]',
      type: 'number',
      requiresArg: true,
    })
    .option('temperature', {
      describe: '0 is greedy; up to 2',
      type: 'number',
      default: 0,
      requiresArg: true,
    })
    .option('top-p', {
      describe: 'Sample from the smallest set of tokens of this probability',
      type: 'number',
      default: 1,
      requiresArg: true,
    })
    .option('top-k', {
      describe: 'Sample from this many tokens; 0 is all',
      type: 'number',
      default: 0,
      requiresArg: true,
    })
    .option('stop', {
      describe: 'End before this text; may be repeated',
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
    })
    .option('seed', { describe: 'Same seed, same text', type: 'number', default: 0, requiresArg: true })
    .option('chat', {
      describe: 'Apply the chat template of the model; --no-chat continues the prompt as it stands',
      type: 'boolean',
      default: true,
    })
    .option('raw', { describe: 'The same as --no-chat', type: 'boolean', default: false })
    .option('logprobs', {
      describe: 'With --json: the log-probability of each token',
      type: 'boolean',
      default: false,
    })
    .option('concurrency', {
      describe: 'Prompts in flight at once',
      type: 'number',
      default: 8,
      requiresArg: true,
    })
    .option('device', { describe: 'auto or cpu [default: auto]', type: 'string', requiresArg: true })
    .option('dtype', { describe: 'float32 [default: float32]', type: 'string', requiresArg: true })
    .option('json', {
      describe: 'Print {text, tokens, usage, finishReason} a line, in the order of the prompts',
      type: 'boolean',
      default: false,
    })
    .example('$0 generate --prompt "What is the capital of France?"', 'ask the bundled model')
    .example(
      '$0 generate --model model.gguf --prompts prompts.jsonl --json --max-tokens 64',
      'answer a file of prompts',
    );

type Options = Awaited<ReturnType<typeof options>['argv']>;
export type GenerateArguments = ArgumentsCamelCase<Options>;

export const generateCommand: CommandModule<object, Options> = {
  command: 'generate',
  describe: 'Generate text for one prompt or a file of prompts',
  builder: options,
  handler: async (argv) => {
    const { generateFromCommandLine } = await import('../generate-from-command-line.ts');
    await generateFromCommandLine(argv);
  },
};
